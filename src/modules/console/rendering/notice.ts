import { parseCookie, stringifySetCookie } from 'cookie';
import type { HttpRequest } from '../../../common/http/index.js';
import type { Settings } from '../../../settings/index.js';
import { cookieNameWithPort } from '../../auth/index.js';

/**
 * The notices that a page can show after a redirect, and their colors. Their texts are in the section `notice` of the
 * catalogues.
 */
export const NOTICES = {
  adminRoleGivenUp: 'good',
  changesSaved: 'good',
  cookieDropped: 'bad',
  keyRevoked: 'good',
  keysRevoked: 'good',
  othersSignedOut: 'good',
  ownAccountSuspended: 'neutral',
  passwordChanged: 'good',
  sessionEnded: 'neutral',
  sessionSignedOut: 'good',
  signedUp: 'good',
  userActivated: 'good',
  userChanged: 'good',
  userSuspended: 'good',
} as const satisfies Record<string, 'good' | 'bad' | 'neutral'>;

/** A message that the next page shows once, for example to confirm the user's last action. */
export interface Notice {
  readonly code: keyof typeof NOTICES;
  /** The values of the variables in the text. */
  readonly params?: NoticeParams;
}

interface NoticeParams {
  readonly name?: string;
  readonly count?: number;
}

type PublicUrl = Pick<Settings, 'publicUrl'>;
type RequestWithCookies = Pick<HttpRequest, 'headers'>;

// The cookie isn't `Secure`, because users must also see notices on pages without HTTPS. A notice contains no secret.
const nameOf = (settings: PublicUrl): string => cookieNameWithPort(settings, 'chameleon_notice');
/** A notice that the user doesn't see within this time is outdated. */
const MAX_AGE_SECONDS = 60;

const toCookie = (settings: PublicUrl, value: string, maxAge: number): string =>
  stringifySetCookie({ name: nameOf(settings), value, httpOnly: true, sameSite: 'lax', path: '/', maxAge });

/**
 * Returns a `Set-Cookie` value that stores a notice for the next page. The notice is not part of the URL, so a reload
 * doesn't show it again, and nobody can make a link that shows a false notice.
 */
export const noticeCookie = (settings: PublicUrl, { code, params = {} }: Notice): string =>
  toCookie(settings, Buffer.from(JSON.stringify([code, params])).toString('base64url'), MAX_AGE_SECONDS);

/** Returns a `Set-Cookie` value that deletes the notice. */
export const clearedNotice = (settings: PublicUrl): string => toCookie(settings, '', 0);

/** Returns whether the request has a notice, which may be invalid. */
export const hasNotice = (settings: PublicUrl, request: RequestWithCookies): boolean =>
  valueOf(settings, request) !== undefined;

/** Returns the notice to show, or `null` if there is none or it is invalid. */
export function noticeOf(settings: PublicUrl, request: RequestWithCookies): Notice | null {
  try {
    const text = Buffer.from(valueOf(settings, request) ?? '', 'base64url').toString('utf8');
    const [code, params] = JSON.parse(text) as unknown[];
    return isCode(code) && areParams(params) ? { code, params } : null;
  } catch {
    return null;
  }
}

const valueOf = (settings: PublicUrl, { headers }: RequestWithCookies): string | undefined =>
  headers.cookie === undefined ? undefined : parseCookie(headers.cookie)[nameOf(settings)];

const isCode = (code: unknown): code is Notice['code'] =>
  typeof code === 'string' && Object.hasOwn(NOTICES, code);

/**
 * Caution: other values must not get into the options of `t`, because the cookie can be forged. They could change the
 * text, or make every page fail.
 */
const areParams = (params: unknown): params is NoticeParams =>
  typeof params === 'object' &&
  params !== null &&
  Object.entries(params).every(
    ([name, value]) =>
      (name === 'name' && typeof value === 'string') || (name === 'count' && Number.isSafeInteger(value)),
  );
