/** The values of the placeholders in a message, for example the value of `{{max}}`. */
export type FieldErrorParams = Readonly<Record<string, string | number>>;

/** An error in one field of a request. Clients see all properties except `params`. */
export interface FieldError {
  /** The field's path, for example `filter.userId`. It is empty if the whole body is invalid. */
  readonly field: string;
  /**
   * Identifies the kind of error. A code never changes, because clients and translations depend on it (docs/api.md,
   * "Errors").
   */
  readonly code: string;
  readonly message: string;
  readonly params: FieldErrorParams;
}

/** The reason why a value is invalid, without the name of the field that contains the value. */
export interface FieldProblem {
  readonly kind: FieldErrorKind;
  readonly params: FieldErrorParams;
}

/** A kind of field error. Each module declares its kinds in `*.errors.ts`. */
export class FieldErrorKind {
  /**
   * @param message the end of a sentence that begins with the field's name. It can contain placeholders like `{{max}}`.
   */
  constructor(
    readonly code: string,
    readonly message: string,
  ) {}

  on(field: string, params: FieldErrorParams = {}): FieldError {
    return { field, code: this.code, message: interpolate(this.message, params), params };
  }

  with(params: FieldErrorParams = {}): FieldProblem {
    return { kind: this, params };
  }
}

/** Replaces the placeholders in a message with the parameters. A placeholder without a parameter stays unchanged. */
export const interpolate = (message: string, params: FieldErrorParams): string =>
  message.replaceAll(/\{\{(\w+)\}\}/g, (placeholder, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : placeholder,
  );
