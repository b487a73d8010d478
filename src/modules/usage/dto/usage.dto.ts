import { ApiProperty } from '@nestjs/swagger';
import type { UsageBucket } from '../usage.js';

export class UsageBucketDto {
  @ApiProperty({
    format: 'date-time',
    description: 'Where the hour or day begins, in UTC.',
    example: '2026-01-05T09:00:00.000Z',
  })
  at!: string;

  @ApiProperty({ type: 'integer', description: 'Passed all guards.', example: 42 })
  accepted!: number;

  @ApiProperty({ type: 'integer', description: 'Beyond the rate limit.', example: 0 })
  limited!: number;

  @ApiProperty({ type: 'integer', description: 'The true key, refused for another reason.', example: 0 })
  denied!: number;
}

export class UsageDto {
  @ApiProperty({ type: [UsageBucketDto] })
  data!: UsageBucketDto[];
}

export const toUsageBucketDto = ({ at, accepted, limited, denied }: UsageBucket): UsageBucketDto => ({
  at: at.toISOString(),
  accepted,
  limited,
  denied,
});

export const toUsageDto = (buckets: readonly UsageBucket[]): UsageDto => ({
  data: buckets.map(toUsageBucketDto),
});
