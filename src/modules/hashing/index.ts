export * from './bcrypt-queue.js';
export * from './hashing.module.js';
