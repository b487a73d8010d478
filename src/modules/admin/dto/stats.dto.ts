import { ApiProperty } from '@nestjs/swagger';
import { COUNT_SCHEMA, TIME_SCHEMA } from '../../../common/http/index.js';
import type { Role, UserStatus } from '../../../common/access/index.js';
import { UNUSED_AFTER_DAYS, type ApiKeyStatus } from '../../api-keys/index.js';
import { toUsageBucketDto, UsageBucketDto } from '../../usage/index.js';
import type { Stats } from '../stats.service.js';
import { toTopApiKeysDto, TopApiKeysDto, toTopUsersDto, TopUsersDto } from './top-usage.dto.js';

class UsersByRoleDto implements Record<Role, number> {
  @ApiProperty({ ...COUNT_SCHEMA, example: 40 })
  standard!: number;

  @ApiProperty({ ...COUNT_SCHEMA, example: 8 })
  premium!: number;

  @ApiProperty({ ...COUNT_SCHEMA, example: 2 })
  admin!: number;
}

class UsersByStatusDto implements Record<UserStatus, number> {
  @ApiProperty({ ...COUNT_SCHEMA, example: 49 })
  active!: number;

  @ApiProperty({ ...COUNT_SCHEMA, example: 1 })
  suspended!: number;
}

class UserFiguresDto {
  @ApiProperty({ ...COUNT_SCHEMA, example: 50 })
  total!: number;

  @ApiProperty({ type: UsersByRoleDto })
  byRole!: UsersByRoleDto;

  @ApiProperty({ type: UsersByStatusDto })
  byStatus!: UsersByStatusDto;
}

class ApiKeysByStatusDto implements Record<ApiKeyStatus, number> {
  @ApiProperty({ ...COUNT_SCHEMA, example: 120 })
  active!: number;

  @ApiProperty({ ...COUNT_SCHEMA, example: 7 })
  expired!: number;

  @ApiProperty({ ...COUNT_SCHEMA, example: 30 })
  revoked!: number;
}

class ApiKeyFiguresDto {
  @ApiProperty({ ...COUNT_SCHEMA, example: 157 })
  total!: number;

  @ApiProperty({ type: ApiKeysByStatusDto })
  byStatus!: ApiKeysByStatusDto;

  @ApiProperty({
    ...COUNT_SCHEMA,
    description: 'The number of active keys that have never been used.',
    example: 12,
  })
  neverUsed!: number;

  @ApiProperty({
    ...COUNT_SCHEMA,
    description: `The number of active keys that were neither used nor created in the last ${UNUSED_AFTER_DAYS} days.`,
    example: 9,
  })
  unusedFor90Days!: number;
}

export class StatsDto {
  @ApiProperty(TIME_SCHEMA)
  generatedAt!: string;

  @ApiProperty({ type: UserFiguresDto })
  users!: UserFiguresDto;

  @ApiProperty({ type: ApiKeyFiguresDto })
  apiKeys!: ApiKeyFiguresDto;

  @ApiProperty({
    type: [UsageBucketDto],
    maxItems: 25,
    description: 'Requests per hour over the last 24 hours, oldest first.',
  })
  usage!: UsageBucketDto[];

  @ApiProperty({
    type: TopApiKeysDto,
    description:
      'The keys with the most requests in the hours of `usage`. Keys without such requests are left out.',
  })
  topApiKeys!: TopApiKeysDto;

  @ApiProperty({
    type: TopUsersDto,
    description: 'The users with the most requests in the hours of `usage`, counting all their keys.',
  })
  topUsers!: TopUsersDto;
}

export const toStatsDto = ({
  generatedAt,
  users,
  apiKeys,
  usage,
  topApiKeys,
  topUsers,
}: Stats): StatsDto => ({
  generatedAt: generatedAt.toISOString(),
  users: {
    total: users.total,
    byRole: {
      standard: users.byRole.standard,
      premium: users.byRole.premium,
      admin: users.byRole.admin,
    },
    byStatus: { active: users.byStatus.active, suspended: users.byStatus.suspended },
  },
  apiKeys: {
    total: apiKeys.total,
    byStatus: {
      active: apiKeys.byStatus.active,
      expired: apiKeys.byStatus.expired,
      revoked: apiKeys.byStatus.revoked,
    },
    neverUsed: apiKeys.neverUsed,
    unusedFor90Days: apiKeys.unusedFor90Days,
  },
  usage: usage.map(toUsageBucketDto),
  topApiKeys: toTopApiKeysDto(topApiKeys),
  topUsers: toTopUsersDto(topUsers),
});
