import { DiscoveryModule } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { DEFAULT_LANGUAGE } from '../../src/modules/console/i18n/languages.js';
import { splitLanguage } from '../../src/modules/console/i18n/localized-path.js';
import { TestApp } from './app.js';
import { DATABASES } from './databases.js';
import { routesOf } from './routes.js';

/** GET routes outside the API that show no page: they redirect, or send a file. */
const NOT_PAGES = [
  '/',
  '/.well-known/security.txt',
  '/account/sessions/revoke-others',
  '/admin/api-keys.csv',
  '/admin/users.csv',
  '/admin/users/{id}/activate',
  '/assets/{version}/{name}',
  '/account/sessions/{id}/end',
  '/favicon.ico',
  '/robots.txt',
];

const isTranslated = (path: string): boolean => splitLanguage(path).language !== DEFAULT_LANGUAGE;

@Module({ imports: [DiscoveryModule] })
class RoutesModule {}

/** Returns the routes of all pages in the code that none of these paths opens. */
export async function pagesMissingIn(paths: readonly string[]): Promise<string[]> {
  const app = await TestApp.start(DATABASES[0]!, { imports: [RoutesModule] });
  const pages = routesOf(app)
    .filter(({ method, path }) => method === 'GET' && !/^\/(api|health)\b/.test(path) && !isTranslated(path))
    .map(({ path }) => path)
    .filter((path) => !NOT_PAGES.includes(path));
  await app.stop();
  const opened = paths.map((path) => path.split('?')[0]!);
  return pages.filter((page) => {
    const pattern = new RegExp(`^${page.replace(/\{\w+\}/g, '[^/]+')}$`);
    return !opened.some((path) => pattern.test(path));
  });
}
