import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsInstant, IsOptionalNotNull } from '../../../common/validation/index.js';
import { INTERVALS, type Interval } from '../usage.js';

export class UsageQuery {
  @ApiPropertyOptional({ enum: INTERVALS, default: 'hour' })
  @IsOptionalNotNull()
  @IsIn(INTERVALS)
  interval?: Interval;

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
}
