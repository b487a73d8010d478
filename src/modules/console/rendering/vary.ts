import type { HttpRequest } from '../../../common/http/index.js';
import { isUnprefixed } from '../i18n/localized-path.js';

/** Returns the `Vary` header of a page. A page without a language prefix depends on the preference of the user. */
export const varyOf = (request: Pick<HttpRequest, 'url'>): string =>
  isUnprefixed(request) ? 'Accept-Encoding, Accept-Language, Cookie' : 'Accept-Encoding';
