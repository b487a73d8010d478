import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { ROLES, USER_STATUSES, type Role, type UserStatus } from '../../../common/access/index.js';
import { IsSearch, MayBeMissing, PageQuery } from '../../../common/http/index.js';

export class ListUsersQuery extends PageQuery {
  @ApiPropertyOptional({
    type: String,
    maxLength: 254,
    description: 'How a name or address begins, in any case.',
  })
  @MayBeMissing()
  @IsSearch()
  search?: string;

  @ApiPropertyOptional({ enum: ROLES, enumName: 'Role' })
  @MayBeMissing()
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional({ enum: USER_STATUSES, enumName: 'UserStatus' })
  @MayBeMissing()
  @IsIn(USER_STATUSES)
  status?: UserStatus;
}
