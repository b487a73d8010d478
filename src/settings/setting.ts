type Environment = Readonly<Record<string, string | undefined>>;

/** One environment variable: how its value is parsed, and how the documents describe it. */
export interface Setting<T> {
  readonly name: string;
  /** The default, as `.env.example` and docs/configuration.md, "Settings", show it; empty if there is none. */
  readonly shown: string;
  /** A one-line description. */
  readonly why: string;
  /** Parses the value. Throws an `InvalidSettingError` that says which values are valid. */
  readonly read: (text: string) => T;
  /** The value to use when the variable is unset or empty. With `null`, the setting stays `null`. */
  readonly fallback: (env: Environment) => string | null;
}

export const setting = <T>(
  name: string,
  shown: string,
  why: string,
  read: (text: string) => T,
  fallback: (env: Environment) => string = () => shown,
): Setting<T> => ({ name, shown, why, read, fallback });

export const optional = <T>(name: string, why: string, read: (text: string) => T): Setting<T | null> => ({
  name,
  shown: '',
  why,
  read,
  fallback: () => null,
});
