import type { VNode } from 'preact';
import { redactKeys } from '../../../common/text/redact-keys.js';
import { problemHeaders, type AppError } from '../../../common/errors/index.js';
import type { Refusal } from './forms.js';

type Headers = Readonly<Record<string, string>>;

/** What a page's handler answers with: what to show, and the status when it is not 200. */
export class Page {
  constructor(
    readonly content: VNode,
    readonly status = 200,
    readonly headers: Headers = {},
    /** Why it is not what was asked for. */
    readonly error: AppError | null = null,
  ) {}

  /** A form once more, with what was wrong in it, under the status that the REST API would give. */
  static refused(content: VNode, { error }: Refusal): Page {
    return new Page(content, error.kind.status, problemHeaders(error), error);
  }
}

/** Sends the browser on with 303, so that a reload repeats nothing. */
export class SeeOther {
  /**
   * @param path without a language's prefix.
   * @param language that of the call when missing.
   */
  constructor(
    readonly path: string,
    readonly headers: Headers = {},
    readonly language: string | null = null,
  ) {}
}

/** A path of our own as a field of an answer may hold it: encoded, and without an origin. */
export function toLocation(path: string): string {
  const { pathname, search, hash } = new URL(path, 'http://host');
  // Two slashes would begin with a host: `/..//elsewhere` comes out as `//elsewhere`.
  return pathname.replace(/^\/+/, '/') + search + hash;
}

/** A path with a query; what is `null` or empty is left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | null | undefined>>): string {
  const entries = Object.entries(query).flatMap(([name, value]) =>
    value ? [[name, redactKeys(value)]] : [],
  );
  return entries.length === 0 ? path : `${path}?${new URLSearchParams(entries).toString()}`;
}
