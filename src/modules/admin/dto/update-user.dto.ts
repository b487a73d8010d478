import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { ROLES, USER_STATUSES, type Role, type UserStatus } from '../../../common/access/index.js';
import { MayBeMissing } from '../../../common/http/index.js';
import { IsUserName } from '../../users/index.js';

export class UpdateUserDto {
  @MayBeMissing()
  @IsUserName()
  @ApiProperty({ required: false })
  name?: string;

  @ApiPropertyOptional({ enum: ROLES, enumName: 'Role' })
  @MayBeMissing()
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional({ enum: USER_STATUSES, enumName: 'UserStatus' })
  @MayBeMissing()
  @IsIn(USER_STATUSES)
  status?: UserStatus;
}
