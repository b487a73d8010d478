import { ApiPropertyOptional } from '@nestjs/swagger';
import { NAME_SCHEMA } from '../../../common/http/index.js';
import { MAX_NAME_LENGTH } from '../../../common/text/name-length.js';
import {
  IsDisplayText,
  IsMultilineText,
  IsOptionalNotNull,
  IsOptionalOrNull,
} from '../../../common/validation/index.js';
import { DESCRIPTION_SCHEMA, MAX_DESCRIPTION_LENGTH } from './create-api-key.dto.js';

export class UpdateApiKeyDto {
  @ApiPropertyOptional({ ...NAME_SCHEMA, example: 'Mobile App 2' })
  @IsOptionalNotNull()
  @IsDisplayText(MAX_NAME_LENGTH)
  name?: string;

  @ApiPropertyOptional({
    ...DESCRIPTION_SCHEMA,
    description: 'Notes about the key. `null` or blank text removes the description.',
    example: 'Reads orders for the weekly report.',
  })
  @IsOptionalOrNull()
  @IsMultilineText(MAX_DESCRIPTION_LENGTH)
  description?: string | null;
}
