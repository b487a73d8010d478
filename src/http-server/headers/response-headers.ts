import type { Settings } from '../../settings/index.js';

type ResponseHeaders = Readonly<Record<string, string>>;

// Header names are in lower case, because otherwise Fastify would convert them for every response.
const commonHeaders = ({ publicUrl }: Pick<Settings, 'publicUrl'>): ResponseHeaders => ({
  // This header affects only requests without CORS, so scripts from the origins in CORS_ORIGINS can still read
  // responses.
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  ...(publicUrl.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000' }),
});

/**
 * The headers that pages and the API documentation share. They prevent other sites from getting a reference to the
 * window. Scripts in the document may write to the clipboard, but may not use any devices.
 */
const documentHeaders: ResponseHeaders = {
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy':
    'clipboard-write=(self), clipboard-read=(), accelerometer=(), camera=(), display-capture=(), ' +
    'geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), ' +
    'screen-wake-lock=(), serial=(), usb=()',
};

/** Returns the headers of every API response. They tell browsers not to cache, frame, sniff or execute the response. */
export const apiHeaders = (settings: Pick<Settings, 'publicUrl'>): ResponseHeaders => ({
  ...commonHeaders(settings),
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
});

/**
 * Returns the headers of every page. Caution: with `no-referrer`, browsers send `Origin: null` with the page's own forms.
 * Over plain http, browsers also send no `Sec-Fetch-Site`, so the form would look like a cross-site request.
 */
export const pageHeaders = (settings: Pick<Settings, 'publicUrl'>): ResponseHeaders => ({
  ...commonHeaders(settings),
  ...documentHeaders,
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
});

/**
 * Returns the headers of the API documentation. Swagger UI needs inline styles, but all its scripts come from this
 * server.
 */
export const docsHeaders = (settings: Pick<Settings, 'publicUrl'>): ResponseHeaders => ({
  ...commonHeaders(settings),
  ...documentHeaders,
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; " +
    "base-uri 'none'; frame-ancestors 'none'",
});
