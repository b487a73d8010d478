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
    description: 'A day, or 30 by day, before `to` when missing.',
  })
  @IsOptionalNotNull()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Now when missing.' })
  @IsOptionalNotNull()
  @IsInstant()
  to?: string;
}
