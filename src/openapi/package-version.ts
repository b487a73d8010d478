import { existsSync, readFileSync } from 'node:fs';

/**
 * The possible locations of package.json. The first is relative to the source file, and the second is relative to the
 * compiled file.
 */
const CANDIDATES = ['../../package.json', '../../../package.json'].map(
  (path) => new URL(path, import.meta.url),
);

/** Returns the version in package.json. */
export function packageVersion(): string {
  const file = CANDIDATES.find((candidate) => existsSync(candidate));
  if (!file) throw new Error('package.json is missing');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
