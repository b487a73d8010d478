import { parseCookie, stringifySetCookie } from 'cookie';
import type { HttpRequest } from '../../../common/http/index.js';

const NAME = 'chameleon_language';
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Returns the language in the cookie, or `undefined` if there is none. The console may not have this language. */
export const chosenLanguage = ({ headers }: Pick<HttpRequest, 'headers'>): string | undefined =>
  headers.cookie === undefined ? undefined : parseCookie(headers.cookie)[NAME];

/** Returns a `Set-Cookie` value that remembers the chosen language. */
export const languageCookie = (language: string): string =>
  stringifySetCookie({
    name: NAME,
    value: language,
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    maxAge: YEAR_SECONDS,
  });
