import { redactKeys } from '../text/redact-keys.js';
import type { HttpRequest } from './request.js';

/** Percent-encoded letters, digits and `_`. Clients may encode them, also in a key (RFC 3986, section 6.2.2.2). */
const ENCODED = /%(?:3[0-9]|[46][1-9a-f]|[57][0-9a]|5f)/gi;

/** The path of a URL for the log: without the query, and with API keys redacted. */
export const loggedPath = (url: string): string =>
  redactKeys(url.split('?')[0]!.replaceAll(ENCODED, (code) => decodeURIComponent(code)));

/** A request and the status of its response for the log, without secrets. */
export const loggedRequest = ({ method, url, id }: HttpRequest, status: number): string =>
  `${method} ${loggedPath(url)} ${status} ${id}`;
