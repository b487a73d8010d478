import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly scripts?: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

describe.each(['.', '.ci/openapi-clients'])('The package in %s', (folder) => {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const { scripts = {}, dependencies, devDependencies } = JSON.parse(read('package.json')) as Manifest;

  it('keeps npm from running install scripts', () => {
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  });

  it('has no script of its own that npm would therefore skip', () => {
    const names = Object.keys(scripts);
    const before = names.flatMap((name) => [`pre${name}`, `post${name}`]);
    const ofInstall = ['install', 'publish', 'prepare', 'pack', 'version', 'dependencies'];
    const skipped = [...before, ...ofInstall.flatMap((name) => [name, `pre${name}`, `post${name}`])];
    expect(names.filter((name) => skipped.includes(name))).toEqual([]);
  });

  it('pins exact versions, and locks no deprecated package and no download address', () => {
    for (const version of Object.values({ ...dependencies, ...devDependencies }))
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(read('package-lock.json')).not.toContain('"resolved"');
    expect(read('package-lock.json')).not.toContain('"deprecated"');
  });
});
