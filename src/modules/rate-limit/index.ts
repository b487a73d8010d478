export * from './failed-attempts/failed-attempt.limiter.js';
export * from './remaining-requests.service.js';
export { requestPoliciesOf } from './policies.js';
export * from './rate-limit.errors.js';
export * from './rate-limit.module.js';
export * from './role-throttler.guard.js';
export * from './windows/window.storage.js';
