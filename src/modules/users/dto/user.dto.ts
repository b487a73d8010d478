import { ApiProperty } from '@nestjs/swagger';
import { EMAIL_SCHEMA, NAME_SCHEMA, TIME_SCHEMA, UUID_SCHEMA } from '../../../common/http/index.js';
import { ROLES, USER_STATUSES, type Role, type UserStatus } from '../../../common/access/index.js';
import type { User } from '../user.js';

/** A user in responses: docs/api.md, "Users". */
export class UserDto {
  @ApiProperty(UUID_SCHEMA)
  id!: string;

  @ApiProperty(EMAIL_SCHEMA)
  email!: string;

  @ApiProperty({ ...NAME_SCHEMA, example: 'Ada Lovelace' })
  name!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'standard' })
  role!: Role;

  @ApiProperty({ enum: USER_STATUSES, enumName: 'UserStatus', example: 'active' })
  status!: UserStatus;

  @ApiProperty(TIME_SCHEMA)
  createdAt!: string;

  @ApiProperty(TIME_SCHEMA)
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
