export * from './bcrypt-queue.js';
export type { HashSubject } from './hash-subject.js';
export * from './hashing.module.js';
