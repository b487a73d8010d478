// Trap: `isEmail` throws for a lone surrogate, and Node's conversion of domains reads a whole host of a URL: it
// stops at a slash and takes `0x7f.1` for an address. So both get what is safe for them only.
import { domainToASCII } from 'node:url';
import { isEmail } from 'class-validator';
import { foldCase } from './fold-case.js';

export const MAX_EMAIL_LENGTH = 254;
/** As typed: four code points can become one. */
const MAX_TYPED_LENGTH = 4 * MAX_EMAIL_LENGTH;

const LONE_SURROGATE = /\p{Cs}/u;
/** What nobody sees in an address, so that two would look like one. The space stands in quotes only. */
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]|(?! )\p{Z}/u;
const DOT_ATOM = /^[^\s"(),:;<>@[\\\].]+(\.[^\s"(),:;<>@[\\\].]+)*$/u;
const PLAIN_DOMAIN = /^[a-z0-9.-]*$/;
const DOMAIN = /^[a-z0-9.\-\u{80}-\u{10ffff}]*$/u;

/**
 * The one form of a mailbox's address: trimmed, in NFC and lower case, without quotes that it does not need, the
 * domain in ASCII (RFC 5891).
 * @returns `null` for what is no address, or is longer than 254 characters in that form.
 */
export function canonicalEmail(text: string): string | null {
  const typed = text.trim();
  if (typed.length > MAX_TYPED_LENGTH || LONE_SURROGATE.test(typed)) return null;
  const at = typed.lastIndexOf('@');
  const local = unquoted(lowerCase(typed.slice(0, Math.max(at, 0))));
  const email = `${local}@${asciiDomain(typed.slice(at + 1))}`;
  // `isEmail` takes no more than 254 characters.
  const isAddress = !UNSEEN.test(email) && isEmail(email, { require_tld: false });
  return isAddress ? email : null;
}

/** In NFC afterwards, as the lower case of a letter may be in parts. */
const lowerCase = (text: string): string => text.toLowerCase().normalize('NFC');

/** RFC 5321, section 4.1.2: `"ada"@…` and `"\ada"@…` are the mailbox `ada@…`. */
function unquoted(local: string): string {
  if (!/^".*"$/.test(local)) return local;
  const content = local.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  return DOT_ATOM.test(content) ? content : `"${content.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** `''` for what is no domain. */
function asciiDomain(text: string): string {
  const domain = lowerCase(text);
  if (PLAIN_DOMAIN.test(domain) && !domain.includes('xn--')) return domain;
  return DOMAIN.test(domain) ? domainToASCII(domain) : '';
}

/**
 * The texts under which the account of an address may be stored: as typed, which was enough for older versions
 * and is how they left the accounts that share one mailbox, and in the one form. None for what can be no address.
 */
export function storedEmails(text: string): string[] {
  const typed = text.trim();
  const canBeStored = typed.length <= MAX_EMAIL_LENGTH && !LONE_SURROGATE.test(typed);
  const canonical = canonicalEmail(typed);
  return [...new Set([...(canBeStored ? [typed.toLowerCase()] : []), ...(canonical ? [canonical] : [])])];
}

/** The start of a name or address in the form in which both are stored for searching. */
export const foldSearch = (text: string): string =>
  (text.includes('@') ? canonicalEmail(text) : null) ?? foldCase(text);
