import { randomBytes, randomUUID } from 'node:crypto';
import { foldCase } from '../../src/common/text/fold-case.js';
import type { SessionEntity } from '../../src/modules/auth/index.js';
import type { ApiKeyEntity } from '../../src/modules/api-keys/index.js';
import type { UserEntity } from '../../src/modules/users/index.js';

const START = new Date('2026-01-05T09:30:00.000Z');

/** A user row as the service would write it. */
export function userRow({ name = 'Ada', ...rest }: Partial<UserEntity> = {}): UserEntity {
  const id = randomUUID();
  return {
    id,
    email: `${id}@example.com`,
    name,
    nameFolded: foldCase(name),
    role: 'standard',
    status: 'active',
    passwordHash: '$2b$04$'.padEnd(60, 'x'),
    passwordIsTemporary: false,
    passwordEndsAt: null,
    createdAt: START,
    updatedAt: START,
    lastSeenAt: null,
    ...rest,
  };
}

/** A key row. The owner has no default, because it always matters. */
export function apiKeyRow({
  name = 'Key',
  ...rest
}: Partial<ApiKeyEntity> & Pick<ApiKeyEntity, 'userId'>): ApiKeyEntity {
  const id = rest.id ?? randomBytes(6).toString('hex');
  return {
    id,
    prefix: 'chm',
    prefixFolded: foldCase(`chm_${id}`),
    name,
    nameFolded: foldCase(name),
    description: null,
    hash: '$2b$04$'.padEnd(60, 'x'),
    createdAt: START,
    createdByKeyId: null,
    adoptedByKeyId: null,
    expiresAt: null,
    revokedAt: null,
    revokedReason: null,
    lastUsedAt: null,
    lastUsedFrom: null,
    ...rest,
  };
}

export const sessionRow = (
  session: Partial<SessionEntity> & Pick<SessionEntity, 'userId'>,
): SessionEntity => ({
  id: randomUUID(),
  tokenHash: randomBytes(32).toString('hex'),
  createdAt: START,
  lastSeenAt: START,
  address: '203.0.113.7',
  userAgent: null,
  ...session,
});
