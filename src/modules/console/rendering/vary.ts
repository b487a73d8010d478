import type { HttpRequest } from '../../../common/http/index.js';
import { hasNoLanguagePrefix } from '../i18n/localized-path.js';

/**
 * Returns the `Vary` header of a page. If the path has no language prefix, the page depends on the user's preferred
 * language.
 */
export const varyHeader = (request: Pick<HttpRequest, 'url'>): string =>
  hasNoLanguagePrefix(request) ? 'Accept-Encoding, Accept-Language, Cookie' : 'Accept-Encoding';
