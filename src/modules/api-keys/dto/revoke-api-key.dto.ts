import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IsDisplayText, IsOptionalNotNull, IsOptionalOrNull } from '../../../common/validation/index.js';
import type { Revocation } from '../revocation/revocation.service.js';

export class RevocationReasonDto {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: 200,
    example: 'Leaked in a commit',
  })
  @IsOptionalOrNull()
  @IsDisplayText(200)
  reason?: string | null;
}

export class RevokeApiKeyDto extends RevocationReasonDto {
  @ApiPropertyOptional({
    description:
      'Also revokes every active key that was created with this one, and with those, whether or not this one ' +
      'was revoked before.',
    default: false,
  })
  @IsOptionalNotNull()
  @IsBoolean()
  cascade?: boolean;

  /** What the service understands. */
  static toRevocation({ reason, cascade }: RevokeApiKeyDto): Revocation {
    return { reason: reason ?? null, cascade: cascade ?? false };
  }
}
