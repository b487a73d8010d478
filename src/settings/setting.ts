type Environment = Readonly<Record<string, string | undefined>>;

/** An environment variable. It defines how the value is parsed and how the documents describe it. */
export interface Setting<T> {
  readonly name: string;
  /**
   * The default that `.env.example` and docs/configuration.md, "Settings", show. It is empty if there is no default.
   */
  readonly shown: string;
  /** A one-line description. */
  readonly why: string;
  /** Parses the value. Throws an `InvalidSettingError` that says which values are valid. */
  readonly read: (text: string) => T;
  /** Returns the value to use if the variable is unset or empty. If it returns `null`, the setting is `null`. */
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
