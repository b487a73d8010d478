import { ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { IsOptionalNotNull, IsSearch } from '../../../common/validation/index.js';
import { ListApiKeysQuery, UnusedForDays, type AdminApiKeyFilter } from '../../api-keys/index.js';

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

  @UnusedForDays()
  unusedForDays?: number;

  static toFilter(dto: ApiKeyFilterDto): AdminApiKeyFilter {
    const { userId = null, status = null, search = null, unusedForDays = null } = dto;
    return { userId, status, search, unusedForDays };
  }
}
