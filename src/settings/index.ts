export * from './settings.js';
export * from './settings.module.js';
export * from './settings-warnings.js';
export * from './definitions.js';
export type { DatabaseAddress } from './database-url.js';
