import { ApiProperty } from '@nestjs/swagger';
import { COUNT_SCHEMA, TIME_SCHEMA } from '../../../common/http/index.js';
import type { UsageBucket } from '../usage.js';

export class UsageBucketDto {
  @ApiProperty({
    ...TIME_SCHEMA,
    description: 'The start of the hour or day, in UTC.',
    example: '2026-01-05T09:00:00.000Z',
  })
  at!: string;

  @ApiProperty({ ...COUNT_SCHEMA, description: 'The number of requests that were allowed.', example: 42 })
  accepted!: number;

  @ApiProperty({
    ...COUNT_SCHEMA,
    description: 'The number of requests that exceeded the rate limit (429).',
    example: 0,
  })
  limited!: number;

  @ApiProperty({
    ...COUNT_SCHEMA,
    description:
      'The number of requests that were denied for a reason other than a rate limit, for example because the key was revoked.',
    example: 0,
  })
  denied!: number;
}

export class UsageDto {
  @ApiProperty({
    type: [UsageBucketDto],
    maxItems: 2_161,
    description: 'One entry per hour or day, oldest first. Hours and days without requests are included.',
  })
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
