const API_PATH = /^\/(?:api|health)(?:\/|$)/i;

/** Returns the normalized path of a request URL (RFC 3986, section 6). Returns an invalid URL unchanged. */
function normalPath(url: string): string {
  try {
    return decodeURIComponent(new URL(url, 'http://host').pathname);
  } catch {
    return url;
  }
}

/**
 * Returns whether errors at this URL are problem documents (docs/api.md, "Errors"). At other URLs, errors are HTML
 * pages.
 */
export const isApiPath = (url: string): boolean =>
  url.startsWith('/api/v1/') || API_PATH.test(normalPath(url));
