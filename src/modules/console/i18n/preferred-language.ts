import Negotiator from 'negotiator';
import type { HttpRequest } from '../../../common/http/index.js';
import { chosenLanguage } from './language-cookie.js';
import { DEFAULT_LANGUAGE, LANGUAGES, languageTag } from './languages.js';

/** Browsers send fewer. A header of 16 KB can name thousands, and each takes microseconds to parse. */
const MAX_LANGUAGES = 20;

/** The language that a user prefers: the one they chose, or the best match for the browser's languages. */
export function preferredLanguage({ headers }: Pick<HttpRequest, 'headers'>): string {
  const chosen = chosenLanguage({ headers });
  if (chosen !== undefined && LANGUAGES.includes(chosen)) return chosen;
  return negotiateLanguage(
    headers['accept-language'],
    LANGUAGES.map((language) => [language, languageTag(language)]),
  );
}

/**
 * The best language for an `Accept-Language` header: RFC 9110, section 12.5.4.
 * `zh-TW` matches Traditional Chinese if it is available, otherwise any other Chinese.
 * @param languages the available languages, each with its BCP 47 tag.
 */
export function negotiateLanguage(
  acceptLanguage: string | undefined,
  languages: readonly (readonly [language: string, tag: string])[],
): string {
  if (acceptLanguage === undefined) return DEFAULT_LANGUAGE;
  const negotiator = new Negotiator({ headers: { 'accept-language': acceptLanguage } });
  for (const accepted of negotiator.languages().slice(0, MAX_LANGUAGES)) {
    const match = accepted === '*' ? null : bestMatch(accepted, languages);
    if (match !== null) return match;
  }
  // No named language matched. `*` stands for every language that the header doesn't exclude with `q=0`.
  return negotiator.languages(languages.map(([language]) => language))[0] ?? DEFAULT_LANGUAGE;
}

function bestMatch(
  accepted: string,
  languages: readonly (readonly [language: string, tag: string])[],
): string | null {
  const [requested, ...others] = [accepted, ...languages.map(([, tag]) => tag)].map(expanded);
  if (!requested) return null;
  const find = (isMatch: (other: Intl.Locale) => boolean) =>
    others.findIndex((other) => other && isMatch(other));
  const sameLanguage = (other: Intl.Locale) => other.language === requested.language;
  const sameScript = (other: Intl.Locale) => sameLanguage(other) && other.script === requested.script;
  const sameRegion = (other: Intl.Locale) => sameScript(other) && other.region === requested.region;
  const index = [sameRegion, sameScript, sameLanguage].map(find).find((found) => found >= 0);
  return index === undefined ? null : languages[index]![0];
}

/** A tag with its likely script and region, or `null` if it isn't a tag. */
function expanded(tag: string): Intl.Locale | null {
  try {
    return new Intl.Locale(tag).maximize();
  } catch {
    return null;
  }
}
