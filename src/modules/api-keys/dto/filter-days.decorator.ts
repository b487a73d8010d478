import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { IsOptionalNotNull } from '../../../common/validation/index.js';
import { MAX_FILTER_DAYS } from '../listing/api-key-filter.js';

const FilterDays = (description: string, example: number): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_FILTER_DAYS, description, example }),
    IsOptionalNotNull(),
    IsInt(),
    Min(1),
    Max(MAX_FILTER_DAYS),
  );

/** Declares `unusedForDays`, a filter for keys. In a query, it also needs `@Transform(parseQueryInteger)`. */
export const UnusedForDays = (): PropertyDecorator =>
  FilterDays('Include only keys that were neither used nor created in the last `unusedForDays` days.', 90);

/** Declares `expiresWithinDays`, a filter for keys. In a query, it also needs `@Transform(parseQueryInteger)`. */
export const ExpiresWithinDays = (): PropertyDecorator =>
  FilterDays('Include only active keys that expire within the next `expiresWithinDays` days.', 30);
