/** For comparing without case: the form in which searchable texts are stored and looked up. */
export const foldCase = (text: string): string => text.normalize('NFC').toLowerCase();
