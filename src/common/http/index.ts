export * from './api-path.js';
export * from './client-address.js';
export * from './forwarded-for.js';
export * from './incoming-call.js';
export * from './instant.js';
export * from './logged-path.js';
export * from './page.js';
export * from './validation.js';
