const API_PATH = /^\/(?:api|health)(?:[/?]|$)/i;

/** Whether errors at this URL are problem documents: contract.md, section 4. Everything else is for people. */
export const isApiPath = (url: string): boolean => url.startsWith('/api/v1/') || API_PATH.test(url);
