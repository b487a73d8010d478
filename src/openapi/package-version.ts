import { existsSync, readFileSync } from 'node:fs';

/** From `src/` and from `dist/src/`. */
const PLACES = ['../../package.json', '../../../package.json'].map((path) => new URL(path, import.meta.url));

/** The version in package.json. */
export function packageVersion(): string {
  const file = PLACES.find((place) => existsSync(place));
  if (!file) throw new Error('package.json is missing');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
