/** The Base62 alphabet, used for ids, secrets and checksums. */
export const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const MAX_PREFIX_LENGTH = 16;
export const ID_LENGTH = 12;
export const SECRET_LENGTH = 30;
export const CHECKSUM_LENGTH = 6;

const PREFIX = `[a-z][a-z0-9]{1,${MAX_PREFIX_LENGTH - 1}}`;
const ID = `[0-9A-Za-z]{${ID_LENGTH}}`;
const KEY = `(${PREFIX})_(${ID})_[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}`;

/** Matches anything that looks like an API key, anywhere in a string (docs/api.md, "Key format"). */
export const API_KEY_SHAPE = new RegExp(KEY);
/** Matches a complete key. The groups are its prefix and its id. */
export const API_KEY_PATTERN = new RegExp(`^${KEY}$`);
export const PREFIX_PATTERN = new RegExp(`^${PREFIX}$`);
export const ID_PATTERN = new RegExp(`^${ID}$`);
