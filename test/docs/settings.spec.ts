import { readFileSync } from 'node:fs';
import { SETTINGS } from '../../src/settings/index.js';
import { section, tableRows } from '../support/documents.js';

const settings = Object.values(SETTINGS).map(({ name, shown, why }) => ({ name, shown, why }));

describe('The settings', () => {
  it('are all in .env.example, commented out, with default and description', () => {
    const [, ...entries] = readFileSync('.env.example', 'utf8').trimEnd().split('\n\n');

    expect(entries).toEqual(settings.map(({ name, shown, why }) => `# ${why}\n#${name}=${shown}`));
  });

  it('are the ones that SECURITY.md names', () => {
    const named = [...readFileSync('SECURITY.md', 'utf8').matchAll(/`([A-Z]+(?:_[A-Z]+)+)/g)].map(
      ([, name]) => name,
    );
    const known = settings.map(({ name }) => name);

    expect(named).toContain('SECURITY_CONTACT');
    expect(named.filter((name) => !known.includes(name!))).toEqual([]);
  });

  it('are all in the table of docs/configuration.md with default and meaning', () => {
    const expected = settings.map(({ name, shown, why }) => [
      `\`${name}\``,
      shown === '' ? '–' : `\`${shown}\``,
      why,
    ]);

    expect(tableRows(section('docs/configuration.md', 'Settings'))).toEqual(expected);
  });
});
