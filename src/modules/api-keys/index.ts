export { ApiKeyEntity } from './api-key.entity.js';
export * from './verification/api-key.verifier.js';
export {
  API_KEY_STATUSES,
  UNUSED_AFTER_DAYS,
  type ApiKey,
  type ApiKeyCounts,
  type ApiKeyStatus,
} from './api-key.js';
export * from './api-keys.errors.js';
export * from './api-keys.module.js';
export type { LastUse } from './api-keys.repository.js';
export * from './api-keys.service.js';
export * from './verification/authority.cache.js';
export * from './administration/admin-api-keys.service.js';
export * from './administration/api-keys-administration.module.js';
export * from './administration/bulk-revocation.service.js';
export type { OwnedApiKey } from './administration/owned-api-key.js';
export * from './dto/api-key.dto.js';
export * from './dto/create-api-key.dto.js';
export * from './dto/list-api-keys.query.js';
export * from './dto/rename-api-key.dto.js';
export * from './dto/revoke-api-key.dto.js';
export * from './creation/key-removal.service.js';
export type { AdminApiKeyFilter } from './listing/api-key-filter.js';
export type { Revocation } from './revocation/revocation.service.js';
export { IdempotencyRecordEntity } from './creation/idempotency-record.entity.js';
