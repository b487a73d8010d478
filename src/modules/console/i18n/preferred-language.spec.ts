import { negotiateLanguage, preferredLanguage } from './preferred-language.js';

const headers = (chosen: string | undefined, accept: string | undefined) => ({
  ...(chosen !== undefined && { cookie: `chameleon_language=${chosen}` }),
  ...(accept !== undefined && { 'accept-language': accept }),
});

it.each([
  [undefined, undefined, 'en'],
  [undefined, 'zh-TW, zh;q=0.9', 'zh'],
  [undefined, 'tlh, *;q=0.1', 'en'],
  [undefined, 'en;q=0.5, zh;q=0.6', 'zh'],
  [undefined, 'en;q=0, *', 'zh'],
  [undefined, 'a b, -, zh', 'zh'],
  ['zh', 'en', 'zh'],
  ['en', 'zh', 'en'],
  ['../zh', 'zh', 'zh'],
])('prefers, with the choice %s and Accept-Language %s, %s', (chosen, accept, expected) =>
  expect(preferredLanguage({ headers: headers(chosen, accept) })).toBe(expected),
);

const MANY = [
  ['en', 'en'],
  ['zh', 'zh-Hans'],
  ['zh-Hant-TW', 'zh-Hant-TW'],
  ['pt', 'pt-BR'],
  ['pt-PT', 'pt-PT'],
] as const;

it.each([
  ['zh', 'zh'],
  ['zh-CN', 'zh'],
  ['zh-SG', 'zh'],
  ['zh-TW', 'zh-Hant-TW'],
  ['zh-HK', 'zh-Hant-TW'],
  ['zh-Hant', 'zh-Hant-TW'],
  ['zh-TW, zh;q=0.9, en;q=0.8', 'zh-Hant-TW'],
  ['pt', 'pt'],
  ['pt-PT', 'pt-PT'],
  ['pt-AO', 'pt'],
  ['en-GB', 'en'],
  ['de, pt;q=0.5', 'pt'],
])('matches %s by region, then script, then language: %s', (accept, expected) =>
  expect(negotiateLanguage(accept, MANY)).toBe(expected),
);
