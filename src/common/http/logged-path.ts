import { hideKeys } from '../text/display-text.js';
import type { IncomingCall } from './incoming-call.js';

/** A URL as logs may hold it: without its query, and without a key that somebody put into the path. */
export const loggedPath = (url: string): string => hideKeys(url.split('?')[0]!.replaceAll(/%5f/gi, '_'));

/** A call and how it was answered, as logs may hold it. */
export const loggedCall = ({ method, url, id }: IncomingCall, status: number): string =>
  `${method} ${loggedPath(url)} ${status} ${id}`;
