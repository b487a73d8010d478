import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ErrorKind } from '../../src/common/errors/index.js';

/** The errors of all files `*.errors.ts`. */
export async function declaredErrors(): Promise<ErrorKind[]> {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.errors.ts'),
  );
  const modules = await Promise.all(
    files.map(
      (file) => import(pathToFileURL(resolve(join('src', file))).href) as Promise<Record<string, unknown>>,
    ),
  );
  return modules.flatMap((module) => Object.values(module)).filter((value) => value instanceof ErrorKind);
}
