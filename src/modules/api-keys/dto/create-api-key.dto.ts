import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsDisplayText, IsInstant, IsOptionalOrNull } from '../../../common/validation/index.js';

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
  @IsOptionalOrNull()
  @IsInstant()
  expiresAt?: string | null;
}
