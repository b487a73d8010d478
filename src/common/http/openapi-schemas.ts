// These OpenAPI schemas are shared by several DTOs and routes. Spread a constant into `@ApiProperty()`.
import { ApiParam } from '@nestjs/swagger';
import { MAX_NAME_LENGTH } from '../text/name-length.js';

export const TIME_SCHEMA = {
  type: String,
  format: 'date-time',
  example: '2026-01-05T09:30:00.000Z',
} as const;

export const COUNT_SCHEMA = { type: 'integer', minimum: 0 } as const;

export const UUID_SCHEMA = { format: 'uuid', example: '4f8c1a52-6d0b-4a3e-9d53-0a1d7f1f2b11' } as const;

export const KEY_ID_SCHEMA = {
  type: String,
  pattern: '^[0-9A-Za-z]{12}$',
  example: '0123456789AB',
} as const;

export const EMAIL_SCHEMA = { format: 'email', maxLength: 254, example: 'ada@example.com' } as const;

export const IP_ADDRESS_SCHEMA = { type: String, maxLength: 45, example: '203.0.113.7' } as const;

/** The name of a user or a key. */
export const NAME_SCHEMA = { minLength: 1, maxLength: MAX_NAME_LENGTH } as const;

/** The entries of a list response. */
export const LIST_SCHEMA = { maxItems: 100 } as const;

export const NEXT_CURSOR_SCHEMA = {
  type: String,
  nullable: true,
  maxLength: 200,
  description: 'The value to send as `cursor` to get the next page. `null` on the last page.',
  example: null,
} as const;

/** Documents the path parameter `:id` as the id of an API key. */
export const ApiKeyIdParam = (): MethodDecorator =>
  ApiParam({
    name: 'id',
    description: 'The ID of the API key.',
    schema: { type: 'string', pattern: KEY_ID_SCHEMA.pattern },
    example: KEY_ID_SCHEMA.example,
  });

/** Documents the path parameter `:id` as the id of a user. */
export const UserIdParam = (): MethodDecorator =>
  ApiParam({
    name: 'id',
    description: 'The ID of the user.',
    schema: { type: 'string', format: UUID_SCHEMA.format },
    example: UUID_SCHEMA.example,
  });
