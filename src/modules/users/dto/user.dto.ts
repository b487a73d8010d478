import { ApiProperty } from '@nestjs/swagger';
import { ROLES, USER_STATUSES, type Role, type UserStatus } from '../../../common/access/index.js';
import type { User } from '../user.js';

/** A user as answers show one: contract.md, section 1. */
export class UserDto {
  @ApiProperty({ example: '4f8c1a52-6d0b-4a3e-9d53-0a1d7f1f2b11' })
  id!: string;

  @ApiProperty({ format: 'email', example: 'ada@example.com' })
  email!: string;

  @ApiProperty({ example: 'Ada Lovelace' })
  name!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'standard' })
  role!: Role;

  @ApiProperty({ enum: USER_STATUSES, enumName: 'UserStatus', example: 'active' })
  status!: UserStatus;

  @ApiProperty({ format: 'date-time', example: '2026-01-05T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-05T09:30:00.000Z' })
  updatedAt!: string;
}

export const toUserDto = (user: User): UserDto => ({
  id: user.id,
  email: user.email,
  name: user.name,
  role: user.role,
  status: user.status,
  createdAt: user.createdAt.toISOString(),
  updatedAt: user.updatedAt.toISOString(),
});
