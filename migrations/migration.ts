export type { Migration } from '../src/database/index.js';
