// Caution: bcrypt ignores everything after a NUL byte and after byte 72. So it gets a Base64 digest of the password
// instead.
import { createHash } from 'node:crypto';
import { firstCodePoints } from '../../../common/text/code-points.js';
import { MAX_PASSWORD_LENGTH } from '../../../common/text/password-length.js';

/**
 * Converts a password to the 64 Base64 characters that bcrypt hashes. To save work, a password that exceeds the maximum
 * length is shortened first. The result for a shortened password starts with `!`, so that it never equals the result
 * for a valid password.
 */
export function encodePassword(password: string): string {
  const start = firstCodePoints(password, MAX_PASSWORD_LENGTH);
  const encoded = createHash('sha384').update(start.normalize('NFC'), 'utf8').digest('base64');
  return start.length === password.length ? encoded : `!${encoded.slice(1)}`;
}
