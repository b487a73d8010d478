// Caution: `isEmail` throws an error on a lone surrogate. `domainToASCII` parses its input as a URL host, so it stops at a
// slash and reads `0x7f.1` as an IPv4 address. The other checks in this file run first, so that both functions get only
// safe input.
import { domainToASCII } from 'node:url';
import { isEmail } from 'class-validator';
import { foldCase } from './fold-case.js';

export const MAX_EMAIL_LENGTH = 254;
/**
 * The maximum length of an address before normalization. It is higher, because normalization can combine four code
 * points into one.
 */
const MAX_TYPED_LENGTH = 4 * MAX_EMAIL_LENGTH;

const LONE_SURROGATE = /\p{Cs}/u;
/**
 * Matches invisible characters, which could make two different addresses look the same. Doesn't match a space, because
 * a space is valid inside quotes.
 */
const INVISIBLE = /[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]|(?! )\p{Z}/u;
const DOT_ATOM = /^[^\s"(),:;<>@[\\\].]+(\.[^\s"(),:;<>@[\\\].]+)*$/u;
const PLAIN_DOMAIN = /^[a-z0-9.-]*$/;
const DOMAIN = /^[a-z0-9.\-\u{80}-\u{10ffff}]*$/u;

/**
 * Returns the canonical form of an email address. It is trimmed, normalized to NFC, in lower case and without
 * unnecessary quotes, and its domain is in ASCII (RFC 5891).
 * @returns `null` if the address is invalid or if its canonical form has more than 254 characters.
 */
export function canonicalEmail(text: string): string | null {
  const typed = text.trim();
  if (typed.length > MAX_TYPED_LENGTH || LONE_SURROGATE.test(typed)) return null;
  const at = typed.lastIndexOf('@');
  const local = unquoted(lowerCase(typed.slice(0, Math.max(at, 0))));
  const email = `${local}@${asciiDomain(typed.slice(at + 1))}`;
  // `isEmail` also rejects addresses with more than 254 characters.
  const isValid = !INVISIBLE.test(email) && isEmail(email, { require_tld: false });
  return isValid ? email : null;
}

/** Converts the text to lower case first and then normalizes it, because the conversion can decompose a letter. */
const lowerCase = (text: string): string => text.toLowerCase().normalize('NFC');

/**
 * Removes unnecessary quotes. For example, `"ada"@…` and `"\ada"@…` are the same mailbox as `ada@…` (RFC 5321, section
 * 4.1.2).
 */
function unquoted(local: string): string {
  if (!/^".*"$/.test(local)) return local;
  const content = local.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  return DOT_ATOM.test(content) ? content : `"${content.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** Returns the domain in ASCII, or an empty string if it is invalid. */
function asciiDomain(text: string): string {
  const domain = lowerCase(text);
  if (PLAIN_DOMAIN.test(domain) && !domain.includes('xn--')) return domain;
  return DOMAIN.test(domain) ? domainToASCII(domain) : '';
}

/**
 * Returns the forms in which the email address of an account may be stored: the lower-case form and the canonical form.
 * Older versions stored the lower-case form, and some accounts that share a mailbox still have it. Returns an empty
 * list if neither form can be stored, for example because the input is too long.
 */
export function emailsToLookUp(text: string): string[] {
  const typed = text.trim();
  const canBeStored = typed.length <= MAX_EMAIL_LENGTH && !LONE_SURROGATE.test(typed);
  const canonical = canonicalEmail(typed);
  return [...new Set([...(canBeStored ? [typed.toLowerCase()] : []), ...(canonical ? [canonical] : [])])];
}

/** Converts a search string, which can be a name or an email address, to the form that the search columns contain. */
export const foldSearchText = (text: string): string =>
  (text.includes('@') ? canonicalEmail(text) : null) ?? foldCase(text);
