import { DAY_MS } from '../../../common/duration.js';
import type { Settings } from '../../../settings/index.js';
import { LANGUAGES } from '../i18n/languages.js';

export const SECURITY_TXT_PATH = '/.well-known/security.txt';

/** RFC 9116, section 2.5.5, recommends that the file expires in less than a year. */
const VALID_DAYS = 180;

/** Returns the content of `security.txt` (RFC 9116). It is valid for 180 days from today. */
export function securityTxt(contact: string, { publicUrl }: Pick<Settings, 'publicUrl'>, now: Date): string {
  const today = Math.floor(now.getTime() / DAY_MS);
  const lines = [
    `Contact: ${contact}`,
    `Expires: ${new Date((today + VALID_DAYS) * DAY_MS).toISOString()}`,
    // RFC 9116, section 2.5.2: the URL must use https.
    ...(publicUrl.startsWith('https:') ? [`Canonical: ${publicUrl}${SECURITY_TXT_PATH}`] : []),
    `Preferred-Languages: ${LANGUAGES.join(', ')}`,
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}
