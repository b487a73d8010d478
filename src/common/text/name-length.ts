/** The maximum number of code points in the name of a user or a key. */
export const MAX_NAME_LENGTH = 100;
