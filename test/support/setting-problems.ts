import { parseEnv, SettingsError } from '../../src/settings/index.js';

/** The problems that `parseEnv` reports for an environment. Empty when the environment is valid. */
export function settingProblems(env: Record<string, string | undefined>): readonly string[] {
  try {
    parseEnv(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}
