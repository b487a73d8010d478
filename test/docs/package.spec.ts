import { readFileSync } from 'node:fs';

interface Manifest {
  readonly scripts: Record<string, string>;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

const { scripts, dependencies, devDependencies } = JSON.parse(
  readFileSync('package.json', 'utf8'),
) as Manifest;

describe('The package', () => {
  it('keeps npm from running install scripts', () => {
    expect(readFileSync('.npmrc', 'utf8')).toMatch(/^ignore-scripts=true$/m);
  });

  it('has no script that npm would skip for that reason', () => {
    const names = Object.keys(scripts);
    const before = names.flatMap((name) => [`pre${name}`, `post${name}`]);
    const ofInstall = ['install', 'publish', 'prepare', 'pack', 'version', 'dependencies'];
    const skipped = [...before, ...ofInstall.flatMap((name) => [name, `pre${name}`, `post${name}`])];
    expect(names.filter((name) => skipped.includes(name))).toEqual([]);
  });

  it('names exact versions, and its lock file no download address', () => {
    for (const version of Object.values({ ...dependencies, ...devDependencies }))
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(readFileSync('package-lock.json', 'utf8')).not.toContain('"resolved"');
  });
});
