import { defineConfig, globalIgnores } from 'eslint/config';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const TESTS = ['test/**/*.ts', '**/*.spec.ts'];
/** What browsers run as it stands; its own tsconfig checks the types in its comments. */
const BROWSER = ['src/modules/console/browser/*.js'];

export default defineConfig(
  // What uses generated clients is compiled beside them, where `npm run check` generates them.
  globalIgnores(['dist/', 'data/', 'coverage/', 'docs/', '.ci/openapi-clients/use.ts']),
  // A rule is changed here, with its reason, and never by a comment in a source file.
  { linterOptions: { noInlineConfig: true } },
  {
    files: ['**/*.ts', '**/*.tsx', ...BROWSER],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        // With these two, consistent-type-imports leaves files with decorators alone. Caution: a DTO or an
        // injected class that is imported as a type silently switches validation or injection off.
        emitDecoratorMetadata: true,
        experimentalDecorators: true,
      },
    },
    plugins: { 'import-x': importX },
    settings: {
      // Imports say `./file.js`, which is what Node will find; here it is still `./file.ts`.
      'import-x/resolver-next': [createNodeResolver({ extensionAlias: { '.js': ['.ts', '.tsx', '.js'] } })],
      'import-x/extensions': ['.ts', '.tsx', '.js'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    },
    rules: {
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-duplicates': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // `async` without `await` is how a method keeps a promise that an interface asks for.
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  { files: ['src/**/*.{ts,tsx,js}'], rules: { 'max-lines': ['error', 200] } },
  // A language is one file, however much there is to say.
  { files: ['src/modules/console/locales/*.ts'], rules: { 'max-lines': 'off' } },
  {
    // A class stands for the settings at run time, an interface of the same name says what they hold.
    files: ['src/settings/settings.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-declaration-merging': 'off',
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
    },
  },
  {
    // Bodies of answers are `any` to supertest, and a test that reads a wrong field fails by itself.
    files: TESTS,
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // A test may print what must not be printed, to see that it is hidden.
      '@typescript-eslint/restrict-template-expressions': 'off',
    },
  },
);
