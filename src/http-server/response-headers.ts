import type { Settings } from '../settings/index.js';

type Fields = Readonly<Record<string, string>>;

// Names are in lower case, as Fastify sends them anyway: it would make them so on every call.
const common = ({ publicUrl }: Pick<Settings, 'publicUrl'>): Fields => ({
  // Holds for requests without CORS only, so scripts of CORS_ORIGINS still read what they ask for.
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  ...(publicUrl.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000' }),
});

/** What is shown in a window: other sites get no hold of it, and its scripts may copy but use no device. */
const windowFields: Fields = {
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy':
    'clipboard-write=(self), clipboard-read=(), accelerometer=(), camera=(), display-capture=(), ' +
    'geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), ' +
    'screen-wake-lock=(), serial=(), usb=()',
};

/** The fields of every answer of the API: nothing is cached, framed, sniffed or run. */
export const apiHeaders = (settings: Pick<Settings, 'publicUrl'>): Fields => ({
  ...common(settings),
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
});

/**
 * The fields of every page. Trap: with `no-referrer` browsers send `Origin: null` with the page's own forms,
 * which would look like another site's where there is no Sec-Fetch-Site, as on plain http.
 */
export const pageHeaders = (settings: Pick<Settings, 'publicUrl'>): Fields => ({
  ...common(settings),
  ...windowFields,
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
});

/** Swagger UI brings styles of its own; its scripts come from this server. */
export const docsHeaders = (settings: Pick<Settings, 'publicUrl'>): Fields => ({
  ...common(settings),
  ...windowFields,
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; " +
    "base-uri 'none'; frame-ancestors 'none'",
});
