import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsOptionalNotNull, IsSearch } from '../../../common/validation/index.js';
import { SliceQuery } from '../../../common/pagination/index.js';
import { ROLES, USER_STATUSES, type Role, type UserStatus } from '../../../common/access/index.js';
import type { UserFilter } from '../../users/index.js';

export class ListUsersQuery extends SliceQuery {
  @ApiPropertyOptional({
    type: String,
    maxLength: 254,
    description: 'Include only users whose name or email address starts with this text. Case-insensitive.',
  })
  @IsOptionalNotNull()
  @IsSearch()
  search?: string;

  @ApiPropertyOptional({ enum: ROLES, enumName: 'Role' })
  @IsOptionalNotNull()
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional({ enum: USER_STATUSES, enumName: 'UserStatus' })
  @IsOptionalNotNull()
  @IsIn(USER_STATUSES)
  status?: UserStatus;

  static toFilter(query: ListUsersQuery): UserFilter {
    const { search = null, role = null, status = null } = query;
    return { search, role, status };
  }
}
