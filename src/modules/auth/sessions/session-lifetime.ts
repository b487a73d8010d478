import { DAY_MS } from '../../../common/duration.js';

/** A session ends after this time. */
export const SESSION_LIFETIME_MS = 30 * DAY_MS;
/** A session ends earlier if it isn't used for this time. */
export const SESSION_IDLE_MS = 7 * DAY_MS;
