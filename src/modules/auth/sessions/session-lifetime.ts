import { DAY_MS } from '../../../common/duration.js';

/** The maximum lifetime of a session. */
export const SESSION_LIFETIME_MS = 30 * DAY_MS;
/** A session ends early if it isn't used for this time. */
export const SESSION_IDLE_MS = 7 * DAY_MS;
