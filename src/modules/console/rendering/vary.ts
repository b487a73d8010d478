import type { HttpRequest } from '../../../common/http/index.js';
import { hasNoLanguagePrefix } from '../i18n/localized-path.js';

/**
 * Returns the `Vary` header of a page. Cookies contain the session, the time zone and notices. If the path has no
 * language prefix, the page also depends on the languages of the browser.
 */
export const varyHeader = (request: Pick<HttpRequest, 'url'>): string =>
  hasNoLanguagePrefix(request) ? 'Accept-Encoding, Accept-Language, Cookie' : 'Accept-Encoding, Cookie';
