export * from './display-text.js';
export * from './empty-body.guard.js';
export * from './field-rule.js';
export { MAX_FORM_FIELDS } from './input-limits.js';
export * from './instant.js';
export * from './integer.js';
export * from './optional.js';
export * from './search.js';
export * from './validation.pipe.js';
