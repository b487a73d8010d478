// Trap: browsers keep cookies by host, whatever the port, so two servers on one host name would overwrite each
// other's cookie. The port in the name keeps them apart.
import { parseCookie, stringifySetCookie } from 'cookie';
import type { Settings } from '../../../settings/index.js';

const MAX_AGE_SECONDS = 30 * 24 * 60 * 60;
/** Servers on the default port, the scheme's port or a free port use the plain name. */
const PLAIN_PORTS: readonly string[] = ['3000', '', '0'];

/** Whether browsers send the cookie over https only. */
export const isSecure = (settings: Pick<Settings, 'publicUrl'>): boolean =>
  settings.publicUrl.startsWith('https:');

export function sessionCookieName(settings: Pick<Settings, 'publicUrl'>): string {
  const { port } = new URL(settings.publicUrl);
  const name = PLAIN_PORTS.includes(port) ? 'chameleon_session' : `chameleon_session_${port}`;
  return isSecure(settings) ? `__Host-${name}` : name;
}

/** The session token in a request's cookie, or `null`. */
export function readSessionCookie(
  settings: Pick<Settings, 'publicUrl'>,
  header: string | undefined,
): string | null {
  return (header === undefined ? undefined : parseCookie(header)[sessionCookieName(settings)]) || null;
}

/** The `Set-Cookie` value. @param token `null` clears the cookie. */
export const sessionCookie = (settings: Pick<Settings, 'publicUrl'>, token: string | null): string =>
  stringifySetCookie({
    name: sessionCookieName(settings),
    value: token ?? '',
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: isSecure(settings),
    maxAge: token === null ? 0 : MAX_AGE_SECONDS,
  });
