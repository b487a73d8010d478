import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IsDisplayText, IsOptionalNotNull, IsOptionalOrNull } from '../../../common/validation/index.js';
import type { Revocation } from '../revocation/revocation.service.js';

export const MAX_REASON_LENGTH = 200;

export class RevocationReasonDto {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: MAX_REASON_LENGTH,
    description: 'The reason for the revocation, for your records.',
    example: 'Leaked in a commit',
  })
  @IsOptionalOrNull()
  @IsDisplayText(MAX_REASON_LENGTH)
  reason?: string | null;
}

export class RevokeApiKeyDto extends RevocationReasonDto {
  @ApiPropertyOptional({
    // Don't add a `default` here: generated clients would then treat the field as required.
    description:
      'If `true`, also revokes all active keys created with this key, directly or through other keys. You can use ' +
      '`cascade` even if this key is already revoked.',
  })
  @IsOptionalNotNull()
  @IsBoolean()
  cascade?: boolean;

  static toRevocation({ reason, cascade }: RevokeApiKeyDto): Revocation {
    return { reason: reason ?? null, cascade: cascade ?? false };
  }
}
