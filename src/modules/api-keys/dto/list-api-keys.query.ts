import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn } from 'class-validator';
import { IsOptionalNotNull, IsSearchOrKey, parseQueryInteger } from '../../../common/validation/index.js';
import { SliceQuery } from '../../../common/pagination/index.js';
import { API_KEY_STATUSES, type ApiKeyStatus } from '../api-key-status.js';
import {
  ALL_OWN_KEYS,
  API_KEY_SORTS,
  type ApiKeySort,
  type OwnApiKeyFilter,
  type OwnSliceRequest,
} from '../listing/own-key-filter.js';
import { ExpiresWithinDays, UnusedForDays } from './filter-days.decorator.js';

export class ListApiKeysQuery extends SliceQuery {
  @ApiPropertyOptional({ enum: API_KEY_STATUSES, enumName: 'ApiKeyStatus' })
  @IsOptionalNotNull()
  @IsIn(API_KEY_STATUSES)
  status?: ApiKeyStatus;

  @ApiPropertyOptional({
    type: String,
    maxLength: 254,
    description:
      'Include only keys whose name contains this text or whose prefix starts with it. Case-insensitive. If the text ' +
      'contains a complete API key, include only the key with the same ID.',
  })
  @IsOptionalNotNull()
  @IsSearchOrKey()
  search?: string;

  @UnusedForDays()
  @Transform(parseQueryInteger)
  unusedForDays?: number;

  @ExpiresWithinDays()
  @Transform(parseQueryInteger)
  expiresWithinDays?: number;

  @ApiPropertyOptional({
    enum: API_KEY_SORTS,
    enumName: 'ApiKeySort',
    default: 'createdAt',
    description:
      'The order of the keys. `createdAt`: newest first. `lastUsedAt`: most recently used first, and then the keys ' +
      'that have never been used, newest first.',
  })
  @IsOptionalNotNull()
  @IsIn(API_KEY_SORTS)
  sort?: ApiKeySort;

  static toFilter(query: ListApiKeysQuery): OwnApiKeyFilter {
    const { status = null, search = null, unusedForDays = null, expiresWithinDays = null } = query;
    return { ...ALL_OWN_KEYS, status, search, unusedForDays, expiresWithinDays };
  }

  /** Converts the query parameters like `SliceQuery.toRequest`. Throws also if the cursor belongs to another sort. */
  static toSliceRequest(query: ListApiKeysQuery): OwnSliceRequest {
    const { sort = 'createdAt' } = query;
    return { ...SliceQuery.toRequest(query, sort === 'lastUsedAt'), sort };
  }
}
