/** The alphabet of ids, secrets and checksums: Base62. */
export const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const MAX_PREFIX_LENGTH = 16;
export const ID_LENGTH = 12;
export const SECRET_LENGTH = 30;
export const CHECKSUM_LENGTH = 6;

const PREFIX = `[a-z][a-z0-9]{1,${MAX_PREFIX_LENGTH - 1}}`;
const ID = `[0-9A-Za-z]{${ID_LENGTH}}`;
const KEY = `(${PREFIX})_(${ID})_[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}`;

/** Matches anything that looks like a key, anywhere in a string: docs/api.md, "API keys". */
export const API_KEY_SHAPE = new RegExp(KEY);
/** A whole key, with prefix and id as groups. */
export const WHOLE_API_KEY = new RegExp(`^${KEY}$`);
export const WHOLE_PREFIX = new RegExp(`^${PREFIX}$`);
export const WHOLE_ID = new RegExp(`^${ID}$`);
