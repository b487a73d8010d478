import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsOptionalNotNull, IsSearch } from '../../../common/validation/index.js';
import { SliceQuery } from '../../../common/pagination/index.js';
import { API_KEY_STATUSES, type ApiKeyStatus } from '../api-key-status.js';
import type { OwnApiKeyFilter } from '../api-keys.service.js';

export class ListApiKeysQuery extends SliceQuery {
  @ApiPropertyOptional({ enum: API_KEY_STATUSES, enumName: 'ApiKeyStatus' })
  @IsOptionalNotNull()
  @IsIn(API_KEY_STATUSES)
  status?: ApiKeyStatus;

  @ApiPropertyOptional({
    type: String,
    maxLength: 254,
    description: 'Include only keys whose name or prefix starts with this text. Case-insensitive.',
  })
  @IsOptionalNotNull()
  @IsSearch()
  search?: string;

  static toFilter(query: ListApiKeysQuery): OwnApiKeyFilter {
    const { status = null, search = null } = query;
    return { status, search };
  }
}
