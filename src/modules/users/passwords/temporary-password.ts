import { randomBytes } from 'node:crypto';
import { HOUR_MS } from '../../../common/duration.js';

export const TEMPORARY_PASSWORD_HOURS = 72;

/** Returns the expiration time of a temporary password that is set at the given time. */
export const temporaryPasswordExpiry = (now: Date): Date =>
  new Date(now.getTime() + TEMPORARY_PASSWORD_HOURS * HOUR_MS);

/** Generates a temporary password with 120 random bits. */
export const generatePassword = (random: (size: number) => Buffer = randomBytes): string =>
  random(15).toString('base64url');
