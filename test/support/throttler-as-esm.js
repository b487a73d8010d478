// @nestjs/throttler is CommonJS and requires the ESM packages of Nest. Node can do that, but Jest only from Node 24.9
// on. So Jest loads ES modules that are written from the package's own files.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PACKAGE = 'node_modules/@nestjs/throttler/dist';
/** Where jest.config.js finds the package. */
const TARGET = 'dist/throttler-as-esm';

/** Writes the package's files as ES modules. */
export function writeThrottlerAsEsm() {
  const files = readdirSync(PACKAGE, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.js'))) {
    const target = join(TARGET, file.replace(/\.js$/, '.mjs'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, toEsm(readFileSync(join(PACKAGE, file), 'utf8')));
  }
}

/** What TypeScript compiled to CommonJS, as an ES module: each `require` becomes an import, each export a constant. */
export function toEsm(source) {
  const required = all(source, /\brequire\("([^"]+)"\)/g);
  const reexported = all(source, /\b__exportStar\(require\("([^"]+)"\), exports\)/g);
  const exported = [
    ...all(source, /\bexports\.(\w+) =/g),
    ...all(source, /\bObject\.defineProperty\(exports, "(?!__esModule)(\w+)"/g),
  ];
  const modules = required.map((name, index) => `${JSON.stringify(name)}: required${index}`).join(', ');
  return [
    ...required.map((name, index) => `import * as required${index} from '${specifier(name)}';`),
    ...reexported.map((name) => `export * from '${specifier(name)}';`),
    `const exported = {};`,
    `const modules = { ${modules} };`,
    `(function (exports, require) {`,
    source,
    `})(exported, (name) => modules[name]);`,
    ...new Set(exported.map((name) => `export const ${name} = exported.${name};`)),
    '',
  ].join('\n');
}

const all = (source, pattern) => [...new Set([...source.matchAll(pattern)].map(([, name]) => name))];

const specifier = (name) => (name.startsWith('.') ? `${name}.mjs` : name);
