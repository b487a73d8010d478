import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'nest-generate-'));
const run = (command: string, ...args: string[]): string =>
  execFileSync(join('node_modules/.bin', command), args, { cwd: folder, encoding: 'utf8' });

beforeAll(() => {
  const copied = ['src', 'migrations', '.nest', 'nest-cli.json', 'package.json', 'tsconfig.json'];
  for (const path of [...copied, 'tsconfig.build.json', 'test/support'])
    cpSync(path, join(folder, path), { recursive: true });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('nest generate writes code that compiles here', () => {
  const parts = ['module', 'controller', 'service'].map((schematic) => [schematic, 'modules/orders']);
  const others = ['guard', 'pipe', 'filter', 'interceptor', 'class', 'decorator'].map((schematic) => [
    schematic,
    `modules/orders/some-${schematic}`,
  ]);
  for (const [schematic, path] of [...parts, ...others]) run('nest', 'generate', schematic!, path!);
  run('nest', 'generate', 'resource', 'modules/invoices', '--type', 'rest', '--crud');

  expect(readFileSync(join(folder, 'src/app.module.ts'), 'utf8')).toContain("/orders.module.js';");
  expect(run('tsc', '--noEmit')).toBe('');
});
