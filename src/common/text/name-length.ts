/** How many code points the name of a user or key may have. */
export const MAX_NAME_LENGTH = 100;
