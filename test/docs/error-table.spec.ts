import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ErrorKind } from '../../src/common/errors/index.js';
import { plain, readmeSection, tableRows } from '../support/readme.js';

async function declaredErrors(): Promise<string[]> {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.errors.ts'),
  );
  const modules = await Promise.all(
    files.map(
      (file) => import(pathToFileURL(resolve(join('src', file))).href) as Promise<Record<string, unknown>>,
    ),
  );
  return modules
    .flatMap((module) => Object.values(module))
    .filter((value) => value instanceof ErrorKind)
    .map(({ status, code }) => `${status} ${code}`);
}

describe("The README's error table", () => {
  const rows = tableRows(readmeSection('Errors'));

  it('holds every error of the code and none that is not in it', async () => {
    const declared = await declaredErrors();

    expect(declared.length).toBeGreaterThan(20);
    expect(rows.map(([status, code]) => `${status} ${plain(code)}`).sort()).toEqual(declared.sort());
  });

  it('says of each when it comes', () => {
    expect(rows.filter(([, , when]) => !when?.endsWith('.'))).toEqual([]);
  });
});
