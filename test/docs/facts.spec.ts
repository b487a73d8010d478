import { readFileSync } from 'node:fs';
import { parseEnv } from '../../src/settings/index.js';
import { parseApiKey } from '../../src/common/text/api-key-format.js';
import { generateApiKey } from '../../src/modules/api-keys/creation/generate-api-key.js';
import { TEMPORARY_PASSWORD_ENDED } from '../../src/modules/auth/auth.errors.js';
import en from '../../src/modules/console/locales/en.js';
import zh from '../../src/modules/console/locales/zh.js';
import { failedAttemptPoliciesOf } from '../../src/modules/rate-limit/failed-attempts/failed-attempt-policies.js';
import { requestPoliciesOf } from '../../src/modules/rate-limit/policies.js';
import { TEMPORARY_PASSWORD_HOURS } from '../../src/modules/users/index.js';
import { codeBlocks, plain, section, tableRows } from '../support/documents.js';

it('docs/api.md has the limits that the server applies', () => {
  const settings = parseEnv({});
  const policies = [
    ...Object.values(requestPoliciesOf(settings)),
    ...Object.values(failedAttemptPoliciesOf(settings)).map(([first]) => first!),
  ];
  const documented = tableRows(section('docs/api.md', 'Rate limits')).filter(([, policy]) =>
    policy?.startsWith('`'),
  );

  expect(documented.map(([, policy, limit]) => `${plain(policy)} ${limit}`).sort()).toEqual(
    policies.map(({ name, limit }) => `${name} ${limit}`).sort(),
  );
});

it('docs/api.md has examples of keys with a valid checksum', () => {
  const [examples = ''] = codeBlocks(section('docs/api.md', 'Key format'), 'text');
  const keys = examples.trim().split('\n');

  expect(keys).toHaveLength(3);
  expect(keys.filter((key) => parseApiKey(key) === null)).toEqual([]);
});

it('docs/operations.md has a pattern that finds new keys', () => {
  const [pattern = ''] = codeBlocks(section('docs/operations.md', 'Find leaked keys'), 'regex');
  const { key } = generateApiKey('chm');

  expect(`key=${key.reveal()};`.match(pattern.trim())?.[0]).toBe(key.reveal());
});

it('docs/development.md gives reasons only for packages that the project depends on', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
    string,
    object
  >;
  const packages = [...Object.keys(dependencies!), ...Object.keys(devDependencies!)];
  const documented = tableRows(section('docs/development.md', 'Dependencies')).map(([name]) => plain(name));

  expect(documented.length).toBeGreaterThan(5);
  expect(documented.filter((name) => !packages.includes(name))).toEqual([]);
});

it('every text says the hours after which a temporary password really expires', () => {
  const texts = [
    TEMPORARY_PASSWORD_ENDED.detail,
    en.problem.temporary_password_ended,
    zh.problem.temporary_password_ended,
    en.users.temporaryOnce,
    zh.users.temporaryOnce,
    section('docs/api.md', 'Passwords'),
  ];
  const expected = new RegExp(`\\b${TEMPORARY_PASSWORD_HOURS} (hours|小时)`);

  expect(texts.filter((text) => !expected.test(text))).toEqual([]);
});
