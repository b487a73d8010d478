import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsSearch, MayBeMissing, PageQuery } from '../../../common/http/index.js';
import { API_KEY_STATUSES, type ApiKeyStatus } from '../api-key.js';

export class ListApiKeysQuery extends PageQuery {
  @ApiPropertyOptional({ enum: API_KEY_STATUSES, enumName: 'ApiKeyStatus' })
  @MayBeMissing()
  @IsIn(API_KEY_STATUSES)
  status?: ApiKeyStatus;

  @ApiPropertyOptional({
    type: String,
    maxLength: 254,
    description: 'How a name or key prefix begins, in any case.',
  })
  @MayBeMissing()
  @IsSearch()
  search?: string;
}
