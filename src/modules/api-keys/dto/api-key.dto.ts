import { ApiProperty } from '@nestjs/swagger';
import {
  IP_ADDRESS_SCHEMA,
  COUNT_SCHEMA,
  LIST_SCHEMA,
  KEY_ID_SCHEMA,
  NAME_SCHEMA,
  NEXT_CURSOR_SCHEMA,
  TIME_SCHEMA,
} from '../../../common/http/index.js';
import type { ApiKey } from '../api-key.js';
import { API_KEY_STATUSES, type ApiKeyStatus } from '../api-key-status.js';
import { DESCRIPTION_SCHEMA } from './create-api-key.dto.js';
import { MAX_EXACT_TOTAL } from '../listing/own-keys.repository.js';
import type { RevokedApiKey } from '../revocation/revocation.service.js';

const optionalTime = { ...TIME_SCHEMA, nullable: true, example: null } as const;

/** An API key in responses, without its secret: docs/api.md, "API keys". */
export class ApiKeyDto {
  @ApiProperty({
    ...KEY_ID_SCHEMA,
    description: 'The ID of the key, which is also part of the key itself. Case-sensitive.',
  })
  id!: string;

  @ApiProperty({ ...NAME_SCHEMA, example: 'Mobile App' })
  name!: string;

  @ApiProperty({
    ...DESCRIPTION_SCHEMA,
    description: 'Notes about the key. Lines are separated by LF. `null` if the key has no description.',
    example: null,
  })
  description!: string | null;

  @ApiProperty({
    description: 'The first characters of the key.',
    maxLength: 29,
    example: 'chm_0123456789AB',
  })
  prefix!: string;

  @ApiProperty({ enum: API_KEY_STATUSES, enumName: 'ApiKeyStatus', example: 'active' })
  status!: ApiKeyStatus;

  @ApiProperty(TIME_SCHEMA)
  createdAt!: string;

  @ApiProperty({
    ...optionalTime,
    description:
      "When the key was last used. Requests that exceed the rate limit don't count as use. `null` if the key has never been used.",
  })
  lastUsedAt!: string | null;

  @ApiProperty({
    ...IP_ADDRESS_SCHEMA,
    nullable: true,
    description: 'The IP address that the key was last used from. `null` if the key has never been used.',
    example: null,
  })
  lastUsedFrom!: string | null;

  @ApiProperty({ ...optionalTime, description: 'When the key expires. `null` if the key never expires.' })
  expiresAt!: string | null;

  @ApiProperty(optionalTime)
  revokedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, maxLength: 200, example: null })
  revokedReason!: string | null;

  @ApiProperty({
    ...KEY_ID_SCHEMA,
    nullable: true,
    description: 'The ID of the API key that created this key. `null` if this key was created in a session.',
    example: null,
  })
  createdByKeyId!: string | null;

  @ApiProperty({
    type: [String],
    nullable: true,
    description: "Always `null`, because a key has all of its owner's permissions.",
    example: null,
  })
  scopes!: string[] | null;

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'Always `null`, because a key works from any IP address.',
    example: null,
  })
  allowedAddresses!: string[] | null;
}

export class CreatedApiKeyDto extends ApiKeyDto {
  @ApiProperty({
    description: 'The complete key. Shown only once, because the server keeps only a hash of it.',
    maxLength: 66,
    example: 'chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN',
  })
  key!: string;
}

export class RevokedApiKeyDto extends ApiKeyDto {
  @ApiProperty({
    ...COUNT_SCHEMA,
    description: 'The number of active keys created with this key, directly or through other keys.',
    example: 0,
  })
  activeDescendants!: number;
}

export class ApiKeyListDto {
  @ApiProperty({ type: [ApiKeyDto], ...LIST_SCHEMA })
  data!: ApiKeyDto[];

  @ApiProperty(NEXT_CURSOR_SCHEMA)
  nextCursor!: string | null;

  @ApiProperty({
    ...COUNT_SCHEMA,
    maximum: MAX_EXACT_TOTAL + 1,
    description:
      'The number of all matching keys, exact up to 1,000. 1,001 means that there are more than 1,000.',
    example: 42,
  })
  total!: number;
}

export const toApiKeyDto = (key: ApiKey): ApiKeyDto => ({
  id: key.id,
  name: key.name,
  description: key.description,
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
