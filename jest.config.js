// Jest in ESM mode: started through `node --experimental-vm-modules`.
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

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  // Several server processes at once, and services that are killed: `npm run test:instances`.
  testPathIgnorePatterns: process.env.TEST_INSTANCES === '1' ? [] : ['/test/instances/'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@nestjs/throttler$': '<rootDir>/test/support/throttler.mjs',
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
  testTimeout: 30_000,
};
