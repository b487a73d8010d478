import { ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { IsOptionalNotNull, IsSearch } from '../../../common/validation/index.js';
import { ListApiKeysQuery, MAX_FILTER_DAYS, type AdminApiKeyFilter } from '../../api-keys/index.js';

/** A filter for the keys of all users. A key must meet all conditions. */
export class ApiKeyFilterDto extends PickType(ListApiKeysQuery, ['status']) {
  @ApiPropertyOptional({
    type: String,
    maxLength: 100,
    description: 'Include only keys owned by the user with this ID.',
  })
  @IsOptionalNotNull()
  @IsString()
  @MaxLength(100)
  userId?: string;

  @ApiPropertyOptional({
    type: String,
    maxLength: 254,
    description:
      "Include only keys whose name, prefix or owner's email address starts with this text. Case-insensitive.",
  })
  @IsOptionalNotNull()
  @IsSearch()
  search?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_FILTER_DAYS,
    description: 'Include only keys that were neither used nor created in the last `unusedForDays` days.',
    example: 90,
  })
  @IsOptionalNotNull()
  @IsInt()
  @Min(1)
  @Max(MAX_FILTER_DAYS)
  unusedForDays?: number;

  static toFilter(dto: ApiKeyFilterDto): AdminApiKeyFilter {
    const { userId = null, status = null, search = null, unusedForDays = null } = dto;
    return { userId, status, search, unusedForDays };
  }
}
