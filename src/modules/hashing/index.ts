export * from './bcrypt-queue.js';
export { FairQueue } from './fair-queue.js';
export { turnsOf, type HashSubject } from './hash-subject.js';
export { HashTurns } from './hash-turns.js';
export * from './hashing.module.js';
