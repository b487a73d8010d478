import { DAY_MS } from '../../../common/duration.js';
import type { Settings } from '../../../settings/index.js';
import { LANGUAGES } from '../languages.js';

export const SECURITY_TXT_PATH = '/.well-known/security.txt';

/** RFC 9116, section 2.5.5: less than a year ahead. */
const VALID_DAYS = 180;

/** The file of RFC 9116. It is valid for half a year from today, as the setting holds while the server runs. */
export function securityTxt(contact: string, { publicUrl }: Pick<Settings, 'publicUrl'>, now: Date): string {
  const today = Math.floor(now.getTime() / DAY_MS);
  const lines = [
    `Contact: ${contact}`,
    `Expires: ${new Date((today + VALID_DAYS) * DAY_MS).toISOString()}`,
    // Section 2.5.2: a web address in it is one with https.
    ...(publicUrl.startsWith('https:') ? [`Canonical: ${publicUrl}${SECURITY_TXT_PATH}`] : []),
    `Preferred-Languages: ${LANGUAGES.join(', ')}`,
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}
