import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { NAME_SCHEMA } from '../../../common/http/index.js';
import { MAX_NAME_LENGTH } from '../../../common/text/name-length.js';
import {
  IsDisplayText,
  IsInstant,
  IsMultilineText,
  IsOptionalOrNull,
  parseInstant,
} from '../../../common/validation/index.js';
import type { NewApiKey } from '../api-keys.service.js';

export const MAX_DESCRIPTION_LENGTH = 500;

export const DESCRIPTION_SCHEMA = {
  type: String,
  nullable: true,
  maxLength: MAX_DESCRIPTION_LENGTH,
} as const;

export class CreateApiKeyDto {
  @ApiProperty({
    ...NAME_SCHEMA,
    description: 'A name that describes what the key is used for.',
    example: 'Mobile App',
  })
  @IsDisplayText(MAX_NAME_LENGTH)
  name!: string;

  @ApiPropertyOptional({
    ...DESCRIPTION_SCHEMA,
    description: 'Notes about the key, for example who uses it and why. May contain line breaks.',
    example: 'Reads orders for the weekly report.',
  })
  @IsOptionalOrNull()
  @IsMultilineText(MAX_DESCRIPTION_LENGTH)
  description?: string | null;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When the key expires. `null` means that the key never expires. If you omit this field, a key created in a session ' +
      'never expires, and a key created with another key expires at the same time as the other key. A key created with ' +
      'another key can expire earlier than the other key, but not later.',
    example: null,
  })
  @IsOptionalOrNull()
  @IsInstant()
  expiresAt?: string | null;

  static toNewApiKey({ name, description, expiresAt }: CreateApiKeyDto): NewApiKey {
    return {
      name,
      description,
      expiresAt: typeof expiresAt === 'string' ? parseInstant(expiresAt) : expiresAt,
    };
  }
}
