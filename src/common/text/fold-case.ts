/**
 * Normalizes text and converts it to lower case, so that comparisons ignore case. Search columns contain text in this
 * form.
 */
export const foldCase = (text: string): string => text.normalize('NFC').toLowerCase();
