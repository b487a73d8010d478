// All files have the same hash in their path, so that modules can import each other by relative paths.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { compress, type ContentEncoding } from './encoding.js';

const require = createRequire(import.meta.url);
const own = (...names: string[]): string[] =>
  names.map((name) => join(import.meta.dirname, '..', 'browser', name));
const ofPackage = (file: string): string[] => [require.resolve(file)];

/**
 * The files that pages load, and their sources, which are in packages and in the folder `browser`. If a file has
 * several sources, they are joined.
 */
const FILES = {
  'pico.css': ofPackage('@picocss/pico/css/pico.min.css'),
  'console.css': own(
    'styles/theme.css',
    'styles/frame.css',
    'styles/forms.css',
    'styles/parts.css',
    'styles/tables.css',
    'styles/usage.css',
    'styles/pages.css',
    'styles/all-keys.css',
    'styles/phone.css',
  ),
  'console.js': own('console.js'),
  'chart.js': own('chart.js'),
  'create-key.js': own('create-key.js'),
  'countdown.js': own('countdown.js'),
  'password-field.js': own('password-field.js'),
  'key-selection.js': own('key-selection.js'),
  'secret-page.js': own('secret-page.js'),
  'rate-limit-meter.js': own('rate-limit-meter.js'),
  'wait.js': own('wait.js'),
  'icon.svg': own('icon.svg'),
} as const;

export type AssetName = keyof typeof FILES;

const CONTENT_TYPES: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

const BEST_QUALITY = 11;

export interface Asset {
  readonly contentType: string;
  /** Returns the body in the given encoding. The body is compressed only once, when it is first requested. */
  readonly body: (encoding: ContentEncoding) => Promise<Buffer>;
}

/** The files that pages load, by name. */
@Injectable()
export class AssetsService {
  /** Changes when the content of any file changes, so that browsers can cache the files forever. */
  readonly version: string;
  private readonly files = new Map<string, Asset>();

  constructor() {
    const hash = createHash('sha256');
    for (const [name, paths] of Object.entries(FILES)) {
      const parts = paths.map((path) => readFileSync(path, 'utf8'));
      const content = Buffer.from(parts.join('\n'));
      hash.update(`${name} ${content.length} `).update(content);
      this.files.set(name, toAsset(name, content));
    }
    this.version = hash.digest('base64url').slice(0, 16);
  }

  /** Returns the path from which browsers load a file. */
  url(name: AssetName): string {
    return `/assets/${this.version}/${name}`;
  }

  find(name: string): Asset | null {
    return this.files.get(name) ?? null;
  }
}

function toAsset(name: string, content: Buffer): Asset {
  const bodies = new Map<ContentEncoding, Promise<Buffer>>();
  return {
    contentType: CONTENT_TYPES[name.split('.').at(-1)!]!,
    body: (encoding) => {
      const cached = bodies.get(encoding) ?? compress(content, encoding, BEST_QUALITY);
      bodies.set(encoding, cached);
      return cached;
    },
  };
}
