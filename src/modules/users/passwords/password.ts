// Trap: bcrypt ignores everything after a NUL byte and after byte 72. So it gets a Base64 digest of the password
// instead.
import { createHash, randomBytes } from 'node:crypto';
import { dictionary } from '@zxcvbn-ts/language-common';
import { INVALID_LENGTH, NOT_A_STRING, type FieldProblem } from '../../../common/errors/index.js';
import { HOUR_MS } from '../../../common/duration.js';
import { countCodePoints, firstCodePoints } from '../../../common/text/code-points.js';
import { COMMON_PASSWORD } from '../users.errors.js';

const COMMON = new Set(dictionary['passwords-common'].map((password) => String(password)));
export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 128;

/**
 * Converts a password to the 64 Base64 characters that bcrypt hashes. To save work, a password that exceeds the
 * maximum length is shortened first. Its result starts with `!`, so that it never equals the result of a valid
 * password.
 */
export function encodePassword(password: string): string {
  const start = firstCodePoints(password, MAX_PASSWORD_LENGTH);
  const encoded = createHash('sha384').update(start.normalize('NFC'), 'utf8').digest('base64');
  return start.length === password.length ? encoded : `!${encoded.slice(1)}`;
}

/** Returns the reason why a password is invalid, or `null` if it is valid: docs/api.md, "Passwords". */
export function passwordProblem(password: unknown): FieldProblem | null {
  if (typeof password !== 'string') return NOT_A_STRING.with();
  const length = countCodePoints(password, MAX_PASSWORD_LENGTH);
  if (length < MIN_PASSWORD_LENGTH || length > MAX_PASSWORD_LENGTH)
    return INVALID_LENGTH.with({ min: MIN_PASSWORD_LENGTH, max: MAX_PASSWORD_LENGTH });
  if (COMMON.has(password.toLowerCase())) return COMMON_PASSWORD.with();
  return null;
}

export const TEMPORARY_PASSWORD_HOURS = 72;

/** Returns the expiration time of a temporary password that is set at the given time. */
export const temporaryPasswordExpiry = (now: Date): Date =>
  new Date(now.getTime() + TEMPORARY_PASSWORD_HOURS * HOUR_MS);

/** Generates a temporary password with 120 random bits. */
export const generatePassword = (random: (size: number) => Buffer = randomBytes): string =>
  random(15).toString('base64url');
