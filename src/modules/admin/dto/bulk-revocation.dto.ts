import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsOptionalNotNull, IsSearch } from '../../../common/validation/index.js';
import { validationFailed } from '../../../common/errors/index.js';
import {
  API_KEY_STATUSES,
  RevocationReasonDto,
  type ApiKeySelection,
  type ApiKeyStatus,
  EITHER_IDS_OR_FILTER,
} from '../../api-keys/index.js';

export class RevocationFilterDto {
  @ApiPropertyOptional({ type: String, maxLength: 100, description: 'Only keys of this user.' })
  @IsOptionalNotNull()
  @IsString()
  @MaxLength(100)
  userId?: string;

  @ApiPropertyOptional({
    enum: API_KEY_STATUSES,
    enumName: 'ApiKeyStatus',
    description: '`revoked` matches nothing, because only keys that are not revoked yet count.',
  })
  @IsOptionalNotNull()
  @IsIn(API_KEY_STATUSES)
  status?: ApiKeyStatus;

  @ApiPropertyOptional({
    type: String,
    maxLength: 254,
    description: "Only keys whose name, prefix or owner's email starts with this. Case-insensitive.",
  })
  @IsOptionalNotNull()
  @IsSearch()
  search?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 36_500,
    description: 'Only keys that were neither used nor created in this many days.',
    example: 90,
  })
  @IsOptionalNotNull()
  @IsInt()
  @Min(1)
  @Max(36_500)
  unusedForDays?: number;
}

export const IDS = {
  type: String,
  isArray: true,
  minItems: 1,
  maxItems: 1_000,
  description: 'Unknown and repeated ids are ignored.',
} as const;
export const FILTER = { type: RevocationFilterDto, description: 'Keys that match all of these conditions.' };

/** Which keys to revoke: exactly one of `ids` and `filter`. */
export class BulkRevocationDto extends RevocationReasonDto {
  @ApiPropertyOptional(IDS)
  @IsOptionalNotNull()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @IsString({ each: true })
  ids?: string[];

  @ApiPropertyOptional(FILTER)
  @IsOptionalNotNull()
  @IsObject()
  @ValidateNested()
  @Type(() => RevocationFilterDto)
  filter?: RevocationFilterDto;

  @ApiPropertyOptional({ description: 'If `true`, revokes nothing and returns a preview.' })
  @IsOptionalNotNull()
  @IsBoolean()
  dryRun?: boolean;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    description: 'The number of matching keys in the preview. Required without `dryRun`.',
    example: 42,
  })
  @IsOptionalNotNull()
  @IsInt()
  @Min(0)
  expected?: number;

  @ApiPropertyOptional({
    description: 'Must be `true` to revoke every key of every user with an empty `filter`.',
  })
  @IsOptionalNotNull()
  @IsBoolean()
  confirm?: boolean;

  /** What the service understands. Throws `validation_failed` unless one of ids and filter is there. */
  static toSelection({ ids, filter }: BulkRevocationDto): ApiKeySelection {
    if ((ids === undefined) === (filter === undefined)) {
      throw validationFailed(EITHER_IDS_OR_FILTER.on('ids'), EITHER_IDS_OR_FILTER.on('filter'));
    }
    if (ids !== undefined) return { ids };
    const { userId, status, search, unusedForDays } = filter!;
    return {
      filter: {
        userId: userId ?? null,
        status: status ?? null,
        search: search ?? null,
        unusedForDays: unusedForDays ?? null,
      },
    };
  }
}
