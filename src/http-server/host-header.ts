import type { IncomingMessage } from 'node:http';

/** A host as URLs write it, with a port: RFC 3986, section 3.2.2. */
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+)(?::\d{0,5})?$/;

/** The last value that was right: nearly every request has the same. */
let known = '';

/** What is wrong with the Host field of a request, RFC 9112, section 3.2; `null` when nothing is. */
export function hostHeaderProblem({ headers, rawHeaders, httpVersion }: IncomingMessage): string | null {
  const { host } = headers;
  // Clients of HTTP/1.0 are older than the field.
  if (host === undefined) return httpVersion === '1.1' ? 'The Host field is missing.' : null;
  if (host !== known) {
    if (!HOST.test(host)) return 'The Host field is not valid.';
    known = host;
  }
  return isRepeated(rawHeaders) ? 'There is more than one Host field.' : null;
}

/** Trap: of two Host fields Node shows only the first. */
function isRepeated(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts > 1;
}
