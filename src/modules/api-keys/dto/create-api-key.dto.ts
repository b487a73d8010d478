import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { NAME_SCHEMA } from '../../../common/http/index.js';
import { MAX_NAME_LENGTH } from '../../../common/text/name-length.js';
import {
  IsDisplayText,
  IsInstant,
  IsOptionalOrNull,
  parseInstant,
} from '../../../common/validation/index.js';
import type { NewApiKey } from '../api-keys.service.js';

export class CreateApiKeyDto {
  @ApiProperty({
    ...NAME_SCHEMA,
    description: 'A name that describes what the key is used for.',
    example: 'Mobile App',
  })
  @IsDisplayText(MAX_NAME_LENGTH)
  name!: string;

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

  static toNewApiKey({ name, expiresAt }: CreateApiKeyDto): NewApiKey {
    return { name, expiresAt: typeof expiresAt === 'string' ? parseInstant(expiresAt) : expiresAt };
  }
}
