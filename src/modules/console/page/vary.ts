import type { HttpRequest } from '../../../common/http/index.js';
import { splitLanguage } from '../languages.js';

/** Whether the path of a call leaves the language open. */
export const isUnprefixed = ({ url }: Pick<HttpRequest, 'url'>): boolean => splitLanguage(url).path === url;

/** The `Vary` of a page: an address without a language shows different pages to different visitors. */
export const varyOf = (request: Pick<HttpRequest, 'url'>): string =>
  isUnprefixed(request) ? 'Accept-Encoding, Accept-Language, Cookie' : 'Accept-Encoding';
