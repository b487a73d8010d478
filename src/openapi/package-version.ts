import { existsSync, readFileSync } from 'node:fs';

/** The path from `src/` and the path from `dist/src/`. */
const CANDIDATES = ['../../package.json', '../../../package.json'].map(
  (path) => new URL(path, import.meta.url),
);

/** The version in package.json. */
export function packageVersion(): string {
  const file = CANDIDATES.find((candidate) => existsSync(candidate));
  if (!file) throw new Error('package.json is missing');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
