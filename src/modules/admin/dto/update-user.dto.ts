import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsOptionalNotNull } from '../../../common/validation/index.js';
import { ROLES, USER_STATUSES, type Role, type UserStatus } from '../../../common/access/index.js';
import { IsUserName } from '../../users/index.js';

export class UpdateUserDto {
  @IsOptionalNotNull()
  @IsUserName()
  @ApiProperty({ required: false })
  name?: string;

  @ApiPropertyOptional({ enum: ROLES, enumName: 'Role' })
  @IsOptionalNotNull()
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional({ enum: USER_STATUSES, enumName: 'UserStatus' })
  @IsOptionalNotNull()
  @IsIn(USER_STATUSES)
  status?: UserStatus;
}
