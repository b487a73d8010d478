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
} from '../../api-keys/index.js';

class RevocationFilterDto {
  @ApiPropertyOptional({ type: String, description: 'Only the keys of this user.' })
  @IsOptionalNotNull()
  @IsString()
  @MaxLength(100)
  userId?: string;

  @ApiPropertyOptional({
    enum: API_KEY_STATUSES,
    enumName: 'ApiKeyStatus',
    description: '`revoked` matches none: revoked keys do not count.',
  })
  @IsOptionalNotNull()
  @IsIn(API_KEY_STATUSES)
  status?: ApiKeyStatus;

  @ApiPropertyOptional({
    type: String,
    maxLength: 254,
    description: "How a name, key prefix or owner's address begins, in any case.",
  })
  @IsOptionalNotNull()
  @IsSearch()
  search?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 36_500,
    description: 'Neither used nor created within so many days.',
    example: 90,
  })
  @IsOptionalNotNull()
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(36_500)
  unusedForDays?: number;
}

/** Which keys to revoke: exactly one of `ids` and `filter`. */
export class BulkRevocationDto extends RevocationReasonDto {
  @ApiPropertyOptional({
    type: [String],
    minItems: 1,
    maxItems: 1_000,
    description: 'Ids that nobody has, or that come twice, match nothing.',
  })
  @IsOptionalNotNull()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @IsString({ each: true, message: 'must hold texts only' })
  ids?: string[];

  @ApiPropertyOptional({ type: RevocationFilterDto, description: 'Conditions that must all hold.' })
  @IsOptionalNotNull()
  @IsObject({ message: 'must be an object' })
  @ValidateNested({ message: 'must be an object' })
  @Type(() => RevocationFilterDto)
  filter?: RevocationFilterDto;

  @ApiPropertyOptional({ description: 'Only count the keys and show some of them.', default: false })
  @IsOptionalNotNull()
  @IsBoolean()
  dryRun?: boolean;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    description: 'What the dry run counted; needed without `dryRun`.',
    example: 42,
  })
  @IsOptionalNotNull()
  @IsInt({ message: 'must be a whole number' })
  @Min(0)
  expected?: number;

  @ApiPropertyOptional({ description: 'Needed to revoke every key there is, with an empty `filter`.' })
  @IsOptionalNotNull()
  @IsBoolean()
  confirm?: boolean;

  /** What the service understands. Throws `validation_failed` unless one of ids and filter is there. */
  static toSelection({ ids, filter }: BulkRevocationDto): ApiKeySelection {
    if ((ids === undefined) === (filter === undefined)) {
      const message = 'exactly one of ids and filter must be given';
      throw validationFailed({ field: 'ids', message }, { field: 'filter', message });
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
