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

// What takes long runs only when the command line names its folder: `npm run test:slow`, `npm run test:instances`.
const APART = ['test/browser', 'test/faults', 'test/instances', 'test/races', 'test/redis'];
const isNamed = (folder) => process.argv.some((argument) => argument.includes(folder));

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testPathIgnorePatterns: APART.filter((folder) => !isNamed(folder)).map((folder) => `<rootDir>/${folder}/`),
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
  // For what hangs. Beside other work, tests take several times as long as alone.
  testTimeout: 120_000,
};
