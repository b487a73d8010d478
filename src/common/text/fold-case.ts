/** Converts text to lower case, so that comparisons ignore case. Search columns store this form. */
export const foldCase = (text: string): string => text.normalize('NFC').toLowerCase();
