type Environment = Readonly<Record<string, string | undefined>>;

/** Describes an environment variable: how its value is parsed, and how it is documented. */
export interface Setting<T> {
  readonly name: string;
  /**
   * The default value as `.env.example` and docs/configuration.md, "Settings", show it. Empty if there is no default.
   */
  readonly shown: string;
  /** The description of the variable, one line long. */
  readonly why: string;
  /** Parses the value. Throws an `InvalidSettingError` that says which values are valid. */
  readonly read: (text: string) => T;
  /**
   * Returns the text to parse if the variable is unset or empty. If this function returns `null`, nothing is parsed,
   * and the setting is `null`.
   */
  readonly fallback: (env: Environment) => string | null;
}

export const defineSetting = <T>(
  name: string,
  shown: string,
  why: string,
  read: (text: string) => T,
  fallback: (env: Environment) => string = () => shown,
): Setting<T> => ({ name, shown, why, read, fallback });

export const defineOptionalSetting = <T>(
  name: string,
  why: string,
  read: (text: string) => T,
): Setting<T | null> => ({
  name,
  shown: '',
  why,
  read,
  fallback: () => null,
});
