import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { IsOptionalNotNull, parseInteger } from '../../../common/validation/index.js';
import { ListApiKeysQuery } from '../../api-keys/index.js';

export class ListAllApiKeysQuery extends ListApiKeysQuery {
  @ApiPropertyOptional({ type: String, maxLength: 100, description: 'Only keys of this user.' })
  @IsOptionalNotNull()
  @IsString()
  @MaxLength(100)
  userId?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 36_500,
    description: 'Only keys that were neither used nor created in this many days.',
  })
  @IsOptionalNotNull()
  @Transform(parseInteger)
  @IsInt()
  @Min(1)
  @Max(36_500)
  unusedForDays?: number;
}
