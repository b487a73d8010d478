import { existsSync } from 'node:fs';
import { InvalidSettingError } from './parsers.js';
import { SETTINGS } from './definitions.js';
import type { Setting } from './setting.js';

type Values = {
  -readonly [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name] extends Setting<infer T> ? T : never;
};

/** All settings. They are read once at startup and never change (docs/configuration.md, "Settings"). */
export abstract class Settings {}
export interface Settings extends Readonly<Values> {}

/** The error for invalid settings. Each problem is a sentence that begins with the name of an environment variable. */
export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`Some settings are invalid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

/** Loads the `.env` file in the working directory if it exists. Existing environment variables take precedence. */
export function loadDotEnv(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}

/**
 * Reads all settings from environment variables. An empty variable counts as unset. If variables are invalid, throws
 * one `SettingsError` with all problems. The error never contains values, because some of them are secret.
 */
export function parseEnv(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const entries = Object.entries(SETTINGS as Record<string, Setting<unknown>>).map(([key, setting]) => {
    const text = env[setting.name] || setting.fallback(env);
    if (text === null) return [key, null];
    try {
      return [key, setting.read(text)];
    } catch (error) {
      if (!(error instanceof InvalidSettingError || error instanceof URIError)) throw error;
      problems.push(
        `${setting.name} ${error instanceof InvalidSettingError ? error.message : 'has invalid percent-encoding'}`,
      );
      return [key, null];
    }
  });
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.freeze(Object.fromEntries(entries) as Values);
}
