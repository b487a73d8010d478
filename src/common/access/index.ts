export * from './access.decorators.js';
export * from './guarded-request.js';
export * from './principal.js';
export * from './role.js';
export * from './route-access.reader.js';
