import { API_KEY_SHAPE } from './api-key-format.js';

const EVERY_KEY = new RegExp(API_KEY_SHAPE, 'g');

/**
 * Replaces every part of a string that looks like an API key with `[key]`, so that the string can be shown or logged.
 */
export const redactKeys = (text: string): string => text.replace(EVERY_KEY, '[key]');

/** Shortens every part of a string that looks like an API key to `<prefix>_<id>`, so that its secret isn't shown. */
export const hideSecrets = (text: string): string => text.replace(EVERY_KEY, '$1_$2');
