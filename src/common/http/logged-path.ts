import { redactKeys } from '../text/redact-keys.js';
import type { HttpRequest } from './request.js';

/**
 * Matches percent-encoded letters, digits and underscores. Clients may encode these characters unnecessarily, even in
 * an API key (RFC 3986, section 6.2.2.2), so they are decoded before keys are redacted.
 */
const ENCODED = /%(?:3[0-9]|[46][1-9a-f]|[57][0-9a]|5f)/gi;

/** Returns the path of a URL for the log, without the query string and with API keys redacted. */
export const loggedPath = (url: string): string =>
  redactKeys(url.split('?')[0]!.replaceAll(ENCODED, (code) => decodeURIComponent(code)));

/** Describes a request and its response status for the log, without secrets. */
export const loggedRequest = ({ method, url, id }: HttpRequest, status: number): string =>
  `${method} ${loggedPath(url)} ${status} ${id}`;
