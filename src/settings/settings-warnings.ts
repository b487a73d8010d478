import type { Settings } from './settings.js';

/** Returns the warnings about settings that are valid but unsafe. */
export const settingsWarnings = ({ nodeEnv, publicUrl }: Settings): string[] =>
  nodeEnv === 'production' && !publicUrl.startsWith('https:')
    ? ['PUBLIC_URL is not an https URL, so cookies and API keys are sent unencrypted.']
    : [];
