import type { AppError } from './app-error.js';

/** Returns the response headers of an error, except for `Content-Type`. */
export const problemHeaders = (error: AppError): Record<string, string> => ({
  ...(error.kind.status === 401 && { 'WWW-Authenticate': 'ApiKey realm="chameleon"' }),
  ...error.headers,
});
