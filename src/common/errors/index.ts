export * from './app-error.js';
export * from './common.errors.js';
export * from './error.logger.js';
export * from './error-logger.module.js';
export * from './field-error.js';
export * from './common-field.errors.js';
export * from './problem-document.js';
export * from './translate-error.js';
