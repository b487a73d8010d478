export * from './api-path.js';
export * from './api-problems.decorator.js';
export * from './client-address.js';
export * from './forwarded-for.js';
export * from './logged-path.js';
export * from './problem.dto.js';
export * from './problem.filter.js';
export * from './request.js';
