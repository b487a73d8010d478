import { dictionary } from '@zxcvbn-ts/language-common';

const COMMON_PASSWORDS = new Set(dictionary['passwords-common'].map((password) => String(password)));

/** Returns whether the password is one of zxcvbn's 49,000 most common passwords. Ignores case. */
export const isCommonPassword = (password: string): boolean => COMMON_PASSWORDS.has(password.toLowerCase());
