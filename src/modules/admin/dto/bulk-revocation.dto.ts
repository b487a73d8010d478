import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsString,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsOptionalNotNull } from '../../../common/validation/index.js';
import { validationFailed } from '../../../common/errors/index.js';
import {
  API_KEY_STATUSES,
  RevocationReasonDto,
  type ApiKeySelection,
  type ApiKeyStatus,
  EITHER_IDS_OR_FILTER,
  type BulkRevocation,
} from '../../api-keys/index.js';
import { ApiKeyFilterDto } from './api-key-filter.dto.js';

export class RevocationFilterDto extends ApiKeyFilterDto {
  @ApiPropertyOptional({
    enum: API_KEY_STATUSES,
    enumName: 'ApiKeyStatus',
    description:
      'Include only keys with this status. Keys that are already revoked are never included, so `revoked` matches nothing.',
  })
  declare status?: ApiKeyStatus;
}

export const IDS_SCHEMA = {
  type: String,
  isArray: true,
  minItems: 1,
  maxItems: 1_000,
  description: 'The IDs of the keys to revoke. Unknown and repeated IDs are ignored.',
} as const;
export const FILTER_SCHEMA = {
  type: RevocationFilterDto,
  description: 'Selects the keys that meet all of these conditions.',
};

/** The request body of a bulk revocation. It must contain either `ids` or `filter`, but not both. */
export class BulkRevocationDto extends RevocationReasonDto {
  @ApiPropertyOptional(IDS_SCHEMA)
  @IsOptionalNotNull()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @IsString({ each: true })
  ids?: string[];

  @ApiPropertyOptional(FILTER_SCHEMA)
  @IsOptionalNotNull()
  @IsObject()
  @ValidateNested()
  @Type(() => RevocationFilterDto)
  filter?: RevocationFilterDto;

  @ApiPropertyOptional({ description: 'If `true`, returns a preview and does not revoke any keys.' })
  @IsOptionalNotNull()
  @IsBoolean()
  dryRun?: boolean;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    description: 'The value of `matched` in the preview. Required unless `dryRun` is `true`.',
    example: 42,
  })
  @IsOptionalNotNull()
  @IsInt()
  @Min(0)
  expected?: number;

  @ApiPropertyOptional({
    description: 'Must be `true` to revoke keys with an empty `filter`, which selects all keys of all users.',
  })
  @IsOptionalNotNull()
  @IsBoolean()
  confirm?: boolean;

  /** Throws `validation_failed` unless exactly one of `ids` and `filter` is set. */
  static toSelection({ ids, filter }: BulkRevocationDto): ApiKeySelection {
    if ((ids === undefined) === (filter === undefined)) {
      throw validationFailed(EITHER_IDS_OR_FILTER.on('ids'), EITHER_IDS_OR_FILTER.on('filter'));
    }
    return ids === undefined ? { filter: ApiKeyFilterDto.toFilter(filter ?? {}) } : { ids };
  }

  static toRevocation(dto: BulkRevocationDto): BulkRevocation {
    const { reason = null, expected = null, confirm = false } = dto;
    return { reason, expected, confirm };
  }
}
