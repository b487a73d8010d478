import { KEY_SHAPE } from '../text/display-text.js';

/** A URL as logs may hold it: without its query, and without a key that somebody put into the path. */
export const loggedPath = (url: string): string => url.split('?')[0]!.replace(KEY_SHAPE, '[key]');
