import { redactKeys } from '../../../common/text/redact-keys.js';
import { splitLanguage } from '../i18n/localized-path.js';

/** Control characters and backslashes are unsafe in a path. Browsers treat a backslash like a slash. */
const UNSAFE = /[\p{Cc}\\]/u;
/** Pages that make no sense as the first page after signing in. */
const SIGN_IN_PAGES = /^\/(sign-in|sign-up|sign-out|language)(?=[/?#]|$)/;
const HOME = '/api-keys';
/** A longer path would make the URL too long for some clients and servers. */
export const MAX_NEXT_LENGTH = 2_000;

/**
 * Returns the page to open after a form, for example after signing in: a path of this service without a language
 * prefix. If `next` is empty or unsafe, it returns `otherwise`.
 * @param next the requested path. It is untrusted, because an attacker may have made the link.
 * @param origin the origin of this service, for example `https://keys.example.com`.
 */
export function safeNextPath(next: string, origin: string, otherwise = HOME): string {
  if (!isOwn(next, origin)) return otherwise;
  // The path must be checked again without its language prefix, because `/zh//elsewhere` becomes `//elsewhere`.
  const { path } = splitLanguage(next);
  return isOwn(path, origin) && !SIGN_IN_PAGES.test(path) && redactKeys(path) === path ? path : otherwise;
}

const isOwn = (path: string, origin: string): boolean =>
  path.length <= MAX_NEXT_LENGTH &&
  /^\/(?!\/)/.test(path) &&
  !UNSAFE.test(path) &&
  URL.canParse(path, origin) &&
  new URL(path, origin).origin === origin;
