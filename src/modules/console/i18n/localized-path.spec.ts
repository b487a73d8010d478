import { localizedPath, splitLanguage } from './localized-path.js';

it.each([
  ['/', 'en', '/'],
  ['/api-keys?a=b', 'en', '/api-keys?a=b'],
  ['/zh', 'zh', '/'],
  ['/zh/', 'zh', '/'],
  ['/zh?a=b', 'zh', '/?a=b'],
  ['/zh/help', 'zh', '/help'],
  ['/zhong', 'en', '/zhong'],
  ['/zh-Hant/help', 'en', '/zh-Hant/help'],
  ['/en/help', 'en', '/en/help'],
  ['/zh//elsewhere', 'zh', '//elsewhere'],
])('reads %s as %s and %s', (url, language, path) => expect(splitLanguage(url)).toEqual({ language, path }));

it('puts the prefix before a path', () => {
  expect(['/', '/help?a=b'].map((path) => localizedPath('zh', path))).toEqual(['/zh', '/zh/help?a=b']);
  expect(localizedPath('en', '/help')).toBe('/help');
});
