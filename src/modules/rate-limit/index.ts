export * from './failure-budgets.js';
export { InstanceEntity } from './instance.entity.js';
export * from './instances.service.js';
export * from './key-budget.service.js';
export { policiesOf } from './policies.js';
export * from './rate-limit.errors.js';
export * from './rate-limit.module.js';
export * from './role-throttler.guard.js';
export * from './window.storage.js';
