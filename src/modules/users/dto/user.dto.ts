import { ApiProperty } from '@nestjs/swagger';
import {
  DOCUMENTED_EMAIL,
  DOCUMENTED_NAME,
  DOCUMENTED_TIME,
  DOCUMENTED_UUID,
} from '../../../common/http/index.js';
import { ROLES, USER_STATUSES, type Role, type UserStatus } from '../../../common/access/index.js';
import type { User } from '../user.js';

/** A user in responses: docs/api.md, "Users". */
export class UserDto {
  @ApiProperty(DOCUMENTED_UUID)
  id!: string;

  @ApiProperty(DOCUMENTED_EMAIL)
  email!: string;

  @ApiProperty({ ...DOCUMENTED_NAME, example: 'Ada Lovelace' })
  name!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'standard' })
  role!: Role;

  @ApiProperty({ enum: USER_STATUSES, enumName: 'UserStatus', example: 'active' })
  status!: UserStatus;

  @ApiProperty(DOCUMENTED_TIME)
  createdAt!: string;

  @ApiProperty(DOCUMENTED_TIME)
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
