import { ApiProperty } from '@nestjs/swagger';
import { API_KEY_STATUSES, type ApiKey, type ApiKeyStatus } from '../api-key.js';
import type { RevokedApiKey } from '../revocation/revocation.service.js';

const time = { type: String, format: 'date-time', nullable: true, example: null } as const;

/** A key as answers show one, without its secret: contract.md, section 2. */
export class ApiKeyDto {
  @ApiProperty({ description: 'The id inside the key; its case counts.', example: '0123456789AB' })
  id!: string;

  @ApiProperty({ example: 'Mobile App' })
  name!: string;

  @ApiProperty({ description: 'How the key begins.', example: 'chm_0123456789AB' })
  prefix!: string;

  @ApiProperty({ enum: API_KEY_STATUSES, enumName: 'ApiKeyStatus', example: 'active' })
  status!: ApiKeyStatus;

  @ApiProperty({ format: 'date-time', example: '2026-01-05T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ ...time, description: 'The last call that was within the limits.' })
  lastUsedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The address of that call.', example: null })
  lastUsedFrom!: string | null;

  @ApiProperty({ ...time, description: '`null` for a key that never expires by itself.' })
  expiresAt!: string | null;

  @ApiProperty(time)
  revokedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  revokedReason!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The key that created this one.', example: null })
  createdByKeyId!: string | null;

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'Always `null`: a key has all rights of its owner.',
    example: null,
  })
  scopes!: string[] | null;

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'Always `null`: a key works from everywhere.',
    example: null,
  })
  allowedAddresses!: string[] | null;
}

export class CreatedApiKeyDto extends ApiKeyDto {
  @ApiProperty({
    description: 'The key itself. It is shown only now: only a hash of it is stored.',
    example: 'chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN',
  })
  key!: string;
}

export class RevokedApiKeyDto extends ApiKeyDto {
  @ApiProperty({
    type: 'integer',
    description: 'How many active keys were created with this one, and with those, and still work.',
    example: 0,
  })
  activeDescendants!: number;
}

export class ApiKeyListDto {
  @ApiProperty({ type: [ApiKeyDto] })
  data!: ApiKeyDto[];

  @ApiProperty({ type: String, nullable: true, description: '`null` on the last page.', example: null })
  nextCursor!: string | null;
}

export const toApiKeyDto = (key: ApiKey): ApiKeyDto => ({
  id: key.id,
  name: key.name,
  prefix: key.prefix,
  status: key.status,
  createdAt: key.createdAt.toISOString(),
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  lastUsedFrom: key.lastUsedFrom,
  expiresAt: key.expiresAt?.toISOString() ?? null,
  revokedAt: key.revokedAt?.toISOString() ?? null,
  revokedReason: key.revokedReason,
  createdByKeyId: key.createdByKeyId,
  scopes: null,
  allowedAddresses: null,
});

export const toRevokedApiKeyDto = ({ apiKey, activeDescendants }: RevokedApiKey): RevokedApiKeyDto => ({
  ...toApiKeyDto(apiKey),
  activeDescendants,
});
