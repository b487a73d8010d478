import { ApiProperty } from '@nestjs/swagger';
import type { Role, UserStatus } from '../../../common/access/index.js';
import type { ApiKeyStatus } from '../../api-keys/index.js';
import { toUsageBucketDto, UsageBucketDto } from '../../usage/index.js';
import type { Stats } from '../stats.service.js';

class UsersByRoleDto implements Record<Role, number> {
  @ApiProperty({ type: 'integer', example: 40 })
  standard!: number;

  @ApiProperty({ type: 'integer', example: 8 })
  premium!: number;

  @ApiProperty({ type: 'integer', example: 2 })
  admin!: number;
}

class UsersByStatusDto implements Record<UserStatus, number> {
  @ApiProperty({ type: 'integer', example: 49 })
  active!: number;

  @ApiProperty({ type: 'integer', example: 1 })
  suspended!: number;
}

class UserFiguresDto {
  @ApiProperty({ type: 'integer', example: 50 })
  total!: number;

  @ApiProperty({ type: UsersByRoleDto })
  byRole!: UsersByRoleDto;

  @ApiProperty({ type: UsersByStatusDto })
  byStatus!: UsersByStatusDto;
}

class ApiKeysByStatusDto implements Record<ApiKeyStatus, number> {
  @ApiProperty({ type: 'integer', example: 120 })
  active!: number;

  @ApiProperty({ type: 'integer', example: 7 })
  expired!: number;

  @ApiProperty({ type: 'integer', example: 30 })
  revoked!: number;
}

class ApiKeyFiguresDto {
  @ApiProperty({ type: 'integer', example: 157 })
  total!: number;

  @ApiProperty({ type: ApiKeysByStatusDto })
  byStatus!: ApiKeysByStatusDto;

  @ApiProperty({ type: 'integer', description: 'Active keys that were never used.', example: 12 })
  neverUsed!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Active keys that were neither used nor created within 90 days.',
    example: 9,
  })
  unusedFor90Days!: number;
}

export class StatsDto {
  @ApiProperty({ format: 'date-time', example: '2026-01-05T09:30:00.000Z' })
  generatedAt!: string;

  @ApiProperty({ type: UserFiguresDto })
  users!: UserFiguresDto;

  @ApiProperty({ type: ApiKeyFiguresDto })
  apiKeys!: ApiKeyFiguresDto;

  @ApiProperty({ type: [UsageBucketDto], description: 'The hours of the last day, oldest first.' })
  usage!: UsageBucketDto[];
}

export const toStatsDto = ({ generatedAt, users, apiKeys, usage }: Stats): StatsDto => ({
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
});
