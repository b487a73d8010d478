import { parseCookie, stringifySetCookie } from 'cookie';
import type { AppConfig } from '../../config/index.js';

const MAX_AGE_SECONDS = 30 * 24 * 60 * 60;

const isSecure = (config: Pick<AppConfig, 'publicUrl'>): boolean => config.publicUrl.startsWith('https:');

const nameOf = (config: Pick<AppConfig, 'publicUrl'>): string =>
  isSecure(config) ? '__Host-chameleon_session' : 'chameleon_session';

/** The session token that a request brings along, or `null`. */
export function readSessionCookie(
  config: Pick<AppConfig, 'publicUrl'>,
  header: string | undefined,
): string | null {
  return (header === undefined ? undefined : parseCookie(header)[nameOf(config)]) || null;
}

/** The `Set-Cookie` value of contract.md, section 1. @param token `null` clears the cookie. */
export const sessionCookie = (config: Pick<AppConfig, 'publicUrl'>, token: string | null): string =>
  stringifySetCookie({
    name: nameOf(config),
    value: token ?? '',
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: isSecure(config),
    maxAge: token === null ? 0 : MAX_AGE_SECONDS,
  });
