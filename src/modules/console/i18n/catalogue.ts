import type en from '../locales/en.js';

/**
 * A catalogue with the keys of the English one. Each plural has the forms that its language needs:
 * `_other`, and any of `_zero`, `_one`, `_two`, `_few` and `_many`, as `Intl.PluralRules` names them.
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
