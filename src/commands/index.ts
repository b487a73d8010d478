export * from './admin-commands.service.js';
export * from './commands.module.js';
