import { IntersectionType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { SliceQuery } from '../../../common/pagination/index.js';
import { parseQueryInteger } from '../../../common/validation/index.js';
import { ApiKeyFilterDto } from './api-key-filter.dto.js';

export class ListAllApiKeysQuery extends IntersectionType(SliceQuery, ApiKeyFilterDto) {
  // Query parameters are strings, so the number must be parsed.
  @Transform(parseQueryInteger)
  declare unusedForDays?: number;
}
