const API_PATH = /^\/(?:api|health)(?:\/|$)/i;

/** The path of a request's URL, however it is written: RFC 3986, section 6. As it is where it cannot be read. */
function normalPath(url: string): string {
  try {
    return decodeURIComponent(new URL(url, 'http://host').pathname);
  } catch {
    return url;
  }
}

/** Whether errors at this URL are problem documents: contract.md, section 4. Everything else is for people. */
export const isApiPath = (url: string): boolean =>
  url.startsWith('/api/v1/') || API_PATH.test(normalPath(url));
