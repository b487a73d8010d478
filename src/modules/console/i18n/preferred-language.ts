import Negotiator from 'negotiator';
import type { HttpRequest } from '../../../common/http/index.js';
import { chosenLanguage } from './language-cookie.js';
import { DEFAULT_LANGUAGE, LANGUAGES, languageTag } from './languages.js';

/**
 * The maximum number of languages to read from the `Accept-Language` header. Browsers send fewer. A header of 16 KB can
 * name thousands of languages, and parsing each of them takes microseconds.
 */
const MAX_LANGUAGES = 20;

/** Returns the language that the user has chosen, or else the best match for the languages of the browser. */
export function preferredLanguage({ headers }: Pick<HttpRequest, 'headers'>): string {
  const chosen = chosenLanguage({ headers });
  if (chosen !== undefined && LANGUAGES.includes(chosen)) return chosen;
  return negotiateLanguage(
    headers['accept-language'],
    LANGUAGES.map((language) => [language, languageTag(language)]),
  );
}

/**
 * Returns the best language for an `Accept-Language` header (RFC 9110, section 12.5.4). For example, `zh-TW` matches
 * Traditional Chinese if it is available, and otherwise any other Chinese.
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

/** Returns the tag with its likely script and region, or `null` if the text isn't a language tag. */
function expanded(tag: string): Intl.Locale | null {
  try {
    return new Intl.Locale(tag).maximize();
  } catch {
    return null;
  }
}
