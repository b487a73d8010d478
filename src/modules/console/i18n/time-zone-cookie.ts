import { parseCookie } from 'cookie';
import { LRUCache } from 'lru-cache';
import type { HttpRequest } from '../../../common/http/index.js';

/** The cookie in which console.js stores the IANA name of the browser's time zone. */
const NAME = 'chameleon_time_zone';
/** IANA names consist of these characters. Time zones without a name, for example `+05:45`, are not supported. */
const IANA_NAME = /^[A-Za-z][\w+/-]{0,63}$/;

/** The results of `toTimeZone`. Checking a name takes `Intl` tens of microseconds. */
const checkedNames = new LRUCache<string, { readonly zone: string | null }>({ max: 1_000 });

/** Returns the time zone of the user's browser, or `null` if it is unknown. */
export function timeZoneOf({ headers }: Pick<HttpRequest, 'headers'>): string | null {
  const name = headers.cookie === undefined ? undefined : parseCookie(headers.cookie)[NAME];
  return name === undefined ? null : toTimeZone(name);
}

/** Returns the name of a time zone as `Intl` spells it, or `null` if there is no such time zone. */
export function toTimeZone(name: string): string | null {
  if (!IANA_NAME.test(name)) return null;
  const checked = checkedNames.get(name) ?? { zone: resolve(name) };
  checkedNames.set(name, checked);
  return checked.zone;
}

function resolve(name: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
