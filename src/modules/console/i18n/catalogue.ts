import type en from '../locales/en.js';

/**
 * A catalogue with the same keys as the English one. Each plural text has the forms that its language needs: `_other`,
 * and any of `_zero`, `_one`, `_two`, `_few` and `_many`. `Intl.PluralRules` uses the same names.
 */
type Translated<T> = T extends string
  ? string
  : {
      readonly [Key in keyof T as Key extends `${string}_one` ? never : Key]: Translated<T[Key]>;
    } & {
      readonly [
        Key in keyof T as Key extends `${infer Base}_other`
          ? `${Base}_${Exclude<Intl.LDMLPluralRule, 'other'>}`
          : never
      ]?: string;
    };

/** Every text of the console in one language. */
export type Catalogue = Translated<typeof en>;
