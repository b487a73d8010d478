// Jest in ESM mode: started through `node --experimental-vm-modules`.
import { writeThrottlerAsEsm } from './test/support/throttler-as-esm.js';

writeThrottlerAsEsm();

const swc = (jsc) => [
  '@swc/jest',
  {
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      keepClassNames: true,
      ...jsc,
      transform: { legacyDecorator: true, decoratorMetadata: true, ...jsc.transform },
    },
  },
];

// What takes long runs only when the command line names its folder: `npm run test:slow`, `npm run test:instances`.
const APART = [
  'test/browser',
  'test/docs/example-module.spec.ts',
  'test/docs/nest-generate.spec.ts',
  'test/faults',
  'test/instances',
  'test/races',
  'test/redis',
];
const isNamed = (path) => process.argv.some((argument) => argument.includes(path));

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testPathIgnorePatterns: APART.filter((path) => !isNamed(path)).map((path) => `<rootDir>/${path}`),
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@nestjs/throttler$': '<rootDir>/dist/throttler-as-esm/index.mjs',
  },
  transform: {
    '^.+\\.ts$': swc({ parser: { syntax: 'typescript', decorators: true } }),
    '^.+\\.tsx$': swc({
      parser: { syntax: 'typescript', decorators: true, tsx: true },
      transform: { react: { runtime: 'automatic', importSource: 'preact' } },
    }),
  },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  // Every core: by default one is left out, and most of the time goes by in waiting for other processes.
  maxWorkers: '100%',
  // Modules of ESM stay in memory after their test file, and a large heap costs more than a new process. That is also
  // why `npm test` gives young objects 64 MB: together they save a fifth of the time.
  workerIdleMemoryLimit: '1GB',
  // For what hangs. Beside other work, tests take several times as long as alone.
  testTimeout: 120_000,
};
