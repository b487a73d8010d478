export * from './admin.module.js';
export * from './stats.service.js';
