import { existsSync } from 'node:fs';
import { InvalidSettingError } from './parsers.js';
import { SETTINGS, type Setting } from './definitions.js';

type Values = {
  -readonly [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name] extends Setting<infer T> ? T : never;
};

/** All settings, read once at start and never changed: contract.md, section 7. */
export abstract class Settings {}
export interface Settings extends Readonly<Values> {}

/** Lists every variable that cannot be used. */
export class SettingsError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The settings cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

/** Takes what a file `.env` in the working directory says and the environment does not. */
export function loadDotEnv(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}

/**
 * Reads all settings from environment variables; an empty one counts as unset.
 * Throws one `SettingsError` that names every fault. Values never stand in it, as some are secret.
 */
export function parseEnv(env: Readonly<Record<string, string | undefined>>): Settings {
  const faults: string[] = [];
  const entries = Object.entries(SETTINGS as Record<string, Setting<unknown>>).map(([key, setting]) => {
    const text = env[setting.name] || setting.fallback(env);
    if (text === null) return [key, null];
    try {
      return [key, setting.read(text)];
    } catch (error) {
      if (!(error instanceof InvalidSettingError || error instanceof URIError)) throw error;
      faults.push(
        `${setting.name} ${error instanceof InvalidSettingError ? error.message : 'is not encoded as a URL'}`,
      );
      return [key, null];
    }
  });
  if (faults.length > 0) throw new SettingsError(faults);
  return Object.freeze(Object.fromEntries(entries) as Values);
}
