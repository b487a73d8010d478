import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsOptionalNotNull } from '../../../common/validation/index.js';
import { ROLES, type Role } from '../../../common/access/index.js';
import { IsNewEmail, IsNewPassword, IsUserName } from '../../users/index.js';

export class CreateUserDto {
  @IsNewEmail()
  email!: string;

  @IsUserName()
  name!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'standard' })
  @IsIn(ROLES)
  role!: Role;

  /** Without one the answer holds a temporary password. */
  @IsOptionalNotNull()
  @IsNewPassword()
  @ApiProperty({ required: false })
  password?: string;
}
