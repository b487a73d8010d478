export * from './access.guard.js';
export * from './account.service.js';
export * from './auth.errors.js';
export * from './auth.module.js';
export * from './authentication.guard.js';
export * from './cross-site.guard.js';
export { SessionEntity } from './session.entity.js';
