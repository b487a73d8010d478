/** Folds case, for comparisons that ignore it. Search columns store this form. */
export const foldCase = (text: string): string => text.normalize('NFC').toLowerCase();
