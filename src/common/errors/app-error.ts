import type { FieldError } from './field-error.js';

export interface AppErrorOptions {
  /** Replaces the default message of the error kind if that message is not specific enough for this error. */
  detail?: string;
  errors?: readonly FieldError[];
  headers?: Readonly<Record<string, string>>;
  /** Extension members of the problem document (RFC 9457, section 3.2). */
  extensions?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

/**
 * A kind of error. Each kind is one row of the error table (docs/api.md, "Errors"). Each module declares its kinds in
 * `*.errors.ts`.
 */
export class ErrorKind {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly registered: { readonly type: string; readonly title: string } | null = null,
  ) {}

  create(options: AppErrorOptions = {}): AppError {
    return new AppError(this, options);
  }

  isKindOf(error: unknown): boolean {
    return error instanceof AppError && error.kind === this;
  }
}

/** An error that is shown to the client. An exception filter sends it as a problem document or as an HTML page. */
export class AppError extends Error {
  readonly errors: readonly FieldError[] | null;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly kind: ErrorKind,
    options: AppErrorOptions = {},
  ) {
    super(options.detail ?? kind.detail, { cause: options.cause });
    this.name = 'AppError';
    this.errors = options.errors ?? null;
    this.headers = options.headers ?? {};
    this.extensions = options.extensions ?? {};
  }
}
