export * from './bcrypt.queue.js';
export { FairQueue } from './fair-queue.js';
export { queuePathOf, type HashSubject } from './hash-subject.js';
export { FairScheduler } from './fair-scheduler.js';
export * from './hashing.module.js';
