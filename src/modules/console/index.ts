export * from './console.module.js';
export * from './page/error.filter.js';
