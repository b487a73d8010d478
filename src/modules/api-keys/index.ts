export { ApiKeyEntity } from './api-key.entity.js';
export * from './verification/api-key.verifier.js';
export {
  EXPIRES_SOON_DAYS,
  UNUSED_AFTER_DAYS,
  type ApiKey,
  type ApiKeyCounts,
  type ApiKeySummary,
  type ParentKey,
} from './api-key.js';
export { API_KEY_STATUSES, type ApiKeyStatus } from './api-key-status.js';
export * from './api-keys.errors.js';
export * from './api-keys.module.js';
export type { LastUse } from './api-keys.repository.js';
export * from './api-keys.service.js';
export * from './verification/key-rights.cache.js';
export * from './administration/admin-api-keys.service.js';
export * from './administration/api-keys-administration.module.js';
export * from './administration/bulk-revocation.service.js';
export type { OwnedApiKey } from './administration/owned-api-key.js';
export * from './dto/api-key.dto.js';
export * from './dto/create-api-key.dto.js';
export { UnusedForDays } from './dto/filter-days.decorator.js';
export * from './dto/list-api-keys.query.js';
export * from './dto/revoke-api-key.dto.js';
export * from './dto/update-api-key.dto.js';
export * from './creation/key-removal.service.js';
export { MAX_FILTER_DAYS, type AdminApiKeyFilter } from './listing/api-key-filter.js';
export {
  ALL_OWN_KEYS,
  API_KEY_SORTS,
  type ApiKeySort,
  type OwnApiKeyFilter,
} from './listing/own-key-filter.js';
export { MAX_EXACT_TOTAL } from './listing/own-keys.repository.js';
export type { Revocation } from './revocation/revocation.service.js';
export { IdempotencyRecordEntity } from './creation/idempotency-record.entity.js';
