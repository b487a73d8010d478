import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsOptionalNotNull } from '../../../common/validation/index.js';
import { ROLES, type Role } from '../../../common/access/index.js';
import { IsValidEmail, IsValidPassword, IsUserName, type NewUser } from '../../users/index.js';

export class CreateUserDto {
  @IsValidEmail()
  email!: string;

  @IsUserName()
  name!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'standard' })
  @IsIn(ROLES)
  role!: Role;

  @IsOptionalNotNull()
  @IsValidPassword()
  @ApiProperty({
    required: false,
    description: 'If omitted, a temporary password is generated and returned.',
  })
  password?: string;

  static toNewUser(dto: CreateUserDto): NewUser {
    const { email, name, role, password = null } = dto;
    return { email, name, role, password };
  }
}
