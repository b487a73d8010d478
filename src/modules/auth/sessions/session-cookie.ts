// Caution: browsers don't separate cookies by port, so two servers on one host name would overwrite each other's cookie.
// The port in the cookie's name prevents this.
import { parseCookie, stringifySetCookie } from 'cookie';
import type { Settings } from '../../../settings/index.js';
import { SESSION_LIFETIME_MS } from './session-lifetime.js';

/** On port 3000, on the scheme's default port and on any free port (0), the cookie's name doesn't contain the port. */
const PLAIN_PORTS: readonly string[] = ['3000', '', '0'];

/** Whether browsers send the cookie only over HTTPS. */
export const isCookieSecure = (settings: Pick<Settings, 'publicUrl'>): boolean =>
  settings.publicUrl.startsWith('https:');

/** Returns the name of a cookie of this server. It contains the port, if that isn't a common one. */
export function cookieNameWithPort(settings: Pick<Settings, 'publicUrl'>, name: string): string {
  const { port } = new URL(settings.publicUrl);
  return PLAIN_PORTS.includes(port) ? name : `${name}_${port}`;
}

export function sessionCookieName(settings: Pick<Settings, 'publicUrl'>): string {
  const name = cookieNameWithPort(settings, 'chameleon_session');
  return isCookieSecure(settings) ? `__Host-${name}` : name;
}

/** Returns the session token from a `Cookie` header, or `null`. */
export function readSessionCookie(
  settings: Pick<Settings, 'publicUrl'>,
  header: string | undefined,
): string | null {
  return (header === undefined ? undefined : parseCookie(header)[sessionCookieName(settings)]) || null;
}

/**
 * Returns the value of the `Set-Cookie` header.
 * @param token the session token, or `null` to clear the cookie.
 */
export const sessionCookie = (settings: Pick<Settings, 'publicUrl'>, token: string | null): string =>
  stringifySetCookie({
    name: sessionCookieName(settings),
    value: token ?? '',
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: isCookieSecure(settings),
    maxAge: token === null ? 0 : SESSION_LIFETIME_MS / 1_000,
  });
