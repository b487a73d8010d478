import { redactKeys } from '../../../common/text/redact-keys.js';
import { splitLanguage } from '../languages.js';

/** Control characters, and the backslash, which browsers take for a slash. */
const UNSAFE = /[\p{Cc}\\]/u;
/** Where nobody wants to go after signing in. */
const DOOR = /^\/(sign-in|sign-up|sign-out|language)(?=[/?#]|$)/;
const HOME = '/api-keys';
/** A longer path, written into an address, would be more than clients and servers take. */
export const MAX_NEXT_LENGTH = 2_000;

/**
 * Where to go on after signing in: a path of our own, without the prefix of a language; else the list of keys.
 * @param next what the visitor brings along; anybody may have made the link.
 * @param origin our own, such as `https://keys.example.com`.
 */
export function safeNext(next: string | undefined, origin: string): string {
  if (next === undefined || !isOwn(next, origin)) return HOME;
  // What is left without its prefix must hold by itself: `/zh//elsewhere` would become `//elsewhere`.
  const { path } = splitLanguage(next);
  return isOwn(path, origin) && !DOOR.test(path) && redactKeys(path) === path ? path : HOME;
}

const isOwn = (path: string, origin: string): boolean =>
  path.length <= MAX_NEXT_LENGTH &&
  /^\/(?!\/)/.test(path) &&
  !UNSAFE.test(path) &&
  URL.canParse(path, origin) &&
  new URL(path, origin).origin === origin;
