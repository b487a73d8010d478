import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsInstant, IsOptionalNotNull, parseInstant } from '../../../common/validation/index.js';
import type { UsageRange } from '../usage.service.js';
import { USAGE_INTERVALS, type UsageInterval } from '../usage.js';

export class UsageQuery {
  @ApiPropertyOptional({ enum: USAGE_INTERVALS, default: 'hour' })
  @IsOptionalNotNull()
  @IsIn(USAGE_INTERVALS)
  interval?: UsageInterval;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description:
      'The start of the period. Default: 1 day before `to`, or 30 days before `to` with `interval=day`.',
  })
  @IsOptionalNotNull()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'The end of the period. Default: now.',
  })
  @IsOptionalNotNull()
  @IsInstant()
  to?: string;

  static toRange({ interval, from, to }: UsageQuery): UsageRange {
    return {
      interval: interval ?? 'hour',
      from: from === undefined ? null : parseInstant(from),
      to: to === undefined ? null : parseInstant(to),
    };
  }
}
