/** What the places in a sentence stand for, such as `max`. */
export type FieldErrorParams = Readonly<Record<string, string | number>>;

/** An invalid field. Clients see its name, its code and the sentence. */
export interface FieldError {
  /** Its path, such as `filter.userId`; empty for the body as a whole. */
  readonly field: string;
  /** Stable, for programs and translations: docs/api.md, "Field errors". */
  readonly code: string;
  readonly message: string;
  readonly params: FieldErrorParams;
}

/** Why a value is invalid, before it is known whose value it is. */
export interface FieldProblem {
  readonly kind: FieldErrorKind;
  readonly params: FieldErrorParams;
}

/** One reason why a field can be invalid. Modules declare theirs in `*.errors.ts`, beside their `ErrorKind`s. */
export class FieldErrorKind {
  /** @param message what is wrong, continuing the field's name; `{{max}}` is the place of a parameter. */
  constructor(
    readonly code: string,
    readonly message: string,
  ) {}

  on(field: string, params: FieldErrorParams = {}): FieldError {
    return { field, code: this.code, message: fillIn(this.message, params), params };
  }

  with(params: FieldErrorParams = {}): FieldProblem {
    return { kind: this, params };
  }
}

/** Puts parameters in their places. */
export const fillIn = (sentence: string, params: FieldErrorParams): string =>
  sentence.replaceAll(/\{\{(\w+)\}\}/g, (place, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : place,
  );
