import type { HttpRequest } from '../../../common/http/index.js';
import { isUnprefixed } from '../i18n/localized-path.js';

/** The `Vary` header of a page. A path without a language prefix depends on the user's preference. */
export const varyOf = (request: Pick<HttpRequest, 'url'>): string =>
  isUnprefixed(request) ? 'Accept-Encoding, Accept-Language, Cookie' : 'Accept-Encoding';
