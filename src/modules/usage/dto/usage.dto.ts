import { ApiProperty } from '@nestjs/swagger';
import { DOCUMENTED_COUNT, DOCUMENTED_TIME } from '../../../common/http/index.js';
import type { UsageBucket } from '../usage.js';

export class UsageBucketDto {
  @ApiProperty({
    ...DOCUMENTED_TIME,
    description: 'Start of the hour or day, in UTC.',
    example: '2026-01-05T09:00:00.000Z',
  })
  at!: string;

  @ApiProperty({ ...DOCUMENTED_COUNT, description: 'Requests that were allowed.', example: 42 })
  accepted!: number;

  @ApiProperty({ ...DOCUMENTED_COUNT, description: 'Requests beyond the rate limit (429).', example: 0 })
  limited!: number;

  @ApiProperty({
    ...DOCUMENTED_COUNT,
    description: 'Requests denied for another reason, for example because the key was revoked.',
    example: 0,
  })
  denied!: number;
}

export class UsageDto {
  @ApiProperty({
    type: [UsageBucketDto],
    maxItems: 2_161,
    description: 'Oldest first. Includes hours and days without requests.',
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
