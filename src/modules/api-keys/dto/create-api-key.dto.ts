import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInstant, MayBeNull } from '../../../common/http/index.js';
import { IsDisplayText } from '../../../common/text/display-text.js';

export class CreateApiKeyDto {
  @ApiProperty({ minLength: 1, maxLength: 100, description: 'What the key is for.', example: 'Mobile App' })
  @IsDisplayText(100)
  name!: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When the key expires; `null` for never. Without it a key never expires, or, when a key creates it, expires ' +
      'together with that one: a key cannot create one that outlives it.',
    example: null,
  })
  @MayBeNull()
  @IsInstant()
  expiresAt?: string | null;
}
