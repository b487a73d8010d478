import type { VNode } from 'preact';
import { redactKeys } from '../../../common/text/redact-keys.js';
import { problemHeaders, type AppError } from '../../../common/errors/index.js';
import type { Denial } from '../forms/form-result.js';
import type { Notice } from './notice.js';

type Headers = Readonly<Record<string, string>>;

/** A page that a handler returns. */
export class Page {
  constructor(
    readonly content: VNode,
    readonly status = 200,
    readonly headers: Headers = {},
    /** The error to log, or `null` if the request succeeded. */
    readonly error: AppError | null = null,
  ) {}

  /** Creates a page for a denied form or query. Its status is the one that the REST API would return. */
  static denied(content: VNode, { error }: Denial): Page {
    return new Page(content, error.kind.status, problemHeaders(error), error);
  }

  /** Creates a page with the status of the denial, or 200 if there is no denial. */
  static of(content: VNode, denial: Denial | null): Page {
    return denial ? Page.denied(content, denial) : new Page(content);
  }

  /**
   * Creates a page that browsers load again after two seconds, for example because something is still being counted.
   * The header works without scripts.
   */
  static reloading(content: VNode): Page {
    return new Page(content, 200, { Refresh: '2' });
  }
}

interface SeeOtherOptions {
  /** The message that the target page shows. */
  readonly notice?: Notice;
  /** The values of `Set-Cookie` headers. */
  readonly cookies?: readonly string[];
  /** The language of the target. By default, it is the language of the request. */
  readonly language?: string;
}

/** A redirect with status 303. Reloading the target page doesn't submit the form again. */
export class SeeOther {
  /** @param path the target without a language prefix. */
  constructor(
    readonly path: string,
    readonly options: SeeOtherOptions = {},
  ) {}
}

/**
 * Encodes a path for a `Location` header. The result is always a path of this service and never leads to another host.
 */
export function toLocation(path: string): string {
  const { pathname, search, hash } = new URL(path, 'http://host');
  // Two slashes at the start would begin a host name. For example, `/..//elsewhere` becomes `//elsewhere`.
  return pathname.replace(/^\/+/, '/') + search + hash;
}

/** Returns a path with a query. Values that are `null` or empty are left out, and API keys in values are redacted. */
export function withQuery(path: string, query: Readonly<Record<string, string | null | undefined>>): string {
  const entries = Object.entries(query).flatMap(([name, value]) =>
    value ? [[name, redactKeys(value)]] : [],
  );
  return entries.length === 0 ? path : `${path}?${new URLSearchParams(entries).toString()}`;
}
