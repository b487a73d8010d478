import { redactKeys } from '../text/redact-keys.js';
import type { HttpRequest } from './request.js';

/** An encoded character that keys can have: it means the same as the character itself (RFC 3986, section 6.2.2.2). */
const ENCODED = /%(?:3[0-9]|[46][1-9a-f]|[57][0-9a]|5f)/gi;

/** A URL as logs may hold it: without its query, and without a key that somebody put into the path. */
export const loggedPath = (url: string): string =>
  redactKeys(url.split('?')[0]!.replaceAll(ENCODED, (code) => decodeURIComponent(code)));

/** A call and how it was answered, as logs may hold it. */
export const loggedCall = ({ method, url, id }: HttpRequest, status: number): string =>
  `${method} ${loggedPath(url)} ${status} ${id}`;
