import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ErrorKind, FieldErrorKind } from '../../src/common/errors/index.js';

/** Returns the exports of all files `*.errors.ts`. @param except a folder to leave out. */
async function exported(except?: string): Promise<unknown[]> {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.errors.ts') && !(except && file.startsWith(except)),
  );
  const modules = await Promise.all(
    files.map(
      (file) => import(pathToFileURL(resolve(join('src', file))).href) as Promise<Record<string, unknown>>,
    ),
  );
  return modules.flatMap((module) => Object.values(module));
}

/** The errors of the program. */
export const declaredErrors = async (): Promise<ErrorKind[]> =>
  (await exported()).filter((value) => value instanceof ErrorKind);

/** The codes for invalid fields in the REST API. The console's forms have more. */
export const declaredFieldErrors = async (): Promise<FieldErrorKind[]> =>
  (await exported(join('modules', 'console'))).filter((value) => value instanceof FieldErrorKind);
