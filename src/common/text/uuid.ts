const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Returns whether a string is a UUID in lower case, which is the form that `randomUUID` creates. */
export const isUuid = (text: string): boolean => UUID.test(text);
