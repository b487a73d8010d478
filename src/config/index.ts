export * from './app-config.js';
export * from './config.module.js';
export * from './settings.js';
export type { DatabaseAddress } from './readers.js';
