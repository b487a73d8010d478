import { randomBytes } from 'node:crypto';
import { HOUR_MS } from '../../../common/duration.js';

export const TEMPORARY_PASSWORD_HOURS = 72;

/** Returns the columns that mark a password as temporary. The password expires 72 hours after the given time. */
export const temporaryPasswordColumns = (now: Date) => ({
  passwordIsTemporary: true,
  passwordEndsAt: new Date(now.getTime() + TEMPORARY_PASSWORD_HOURS * HOUR_MS),
});

/** Generates a temporary password with 120 random bits. */
export const generatePassword = (random: (size: number) => Buffer = randomBytes): string =>
  random(15).toString('base64url');
