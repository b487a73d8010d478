import type { IncomingMessage } from 'node:http';

/** Matches a host with an optional port (RFC 3986, sections 3.2.2 and 3.2.3). */
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+)(?::\d{0,5})?$/;

/**
 * The last valid value of the Host header. Nearly all requests have the same value, so the regular expression rarely
 * runs.
 */
let lastValidHost = '';

/** Returns the reason why the Host header of a request is invalid (RFC 9112, section 3.2), or `null` if it is valid. */
export function hostHeaderProblem({ headers, rawHeaders, httpVersion }: IncomingMessage): string | null {
  const { host } = headers;
  // HTTP/1.0 doesn't require the header.
  if (host === undefined) return httpVersion === '1.1' ? 'The Host header is missing.' : null;
  if (host !== lastValidHost) {
    if (!HOST.test(host)) return 'The Host header is invalid.';
    lastValidHost = host;
  }
  return isRepeated(rawHeaders) ? 'The request has more than one Host header.' : null;
}

/** Returns whether the request has several Host headers. Caution: `headers` contains only the first one. */
function isRepeated(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts > 1;
}
