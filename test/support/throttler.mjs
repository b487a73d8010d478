// @nestjs/throttler is CommonJS and requires the ESM packages of Nest. Node can do that, but Jest only from
// Node 24.9 on, so this module runs the package's own files and hands them what is imported here.
import * as common from '@nestjs/common';
import * as core from '@nestjs/core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const imported = { '@nestjs/common': common, '@nestjs/core': core };
const loaded = new Map();

function load(path) {
  const known = loaded.get(path);
  if (known) return known.exports;
  const module = { exports: {} };
  loaded.set(path, module);
  const requireFrom = (name) =>
    name.startsWith('.')
      ? load(require.resolve(join(dirname(path), name)))
      : (imported[name] ?? require(name));
  new Function('module', 'exports', 'require', readFileSync(path, 'utf8'))(
    module,
    module.exports,
    requireFrom,
  );
  return module.exports;
}

const packageFolder = join(dirname(require.resolve('@nestjs/common')), '..', 'throttler');

export const { getOptionsToken, ThrottlerGuard, ThrottlerModule } = load(
  join(packageFolder, 'dist', 'index.js'),
);
