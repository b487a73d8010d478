import type { Page } from 'playwright-core';
import { SHOWN_KEY, type Showcase } from './showcase.js';

/** A picture of one page in `docs/images`. By default in English, light, and 1280 pixels wide. */
export interface Picture {
  readonly as: keyof Showcase['sessions'] | 'visitor';
  readonly path: string;
  readonly width?: number;
  readonly colorScheme?: 'dark';
  readonly steps?: (page: Page) => Promise<void>;
}

/** Fills the fields and sends the form of the last one. */
const send =
  (fields: Readonly<Record<string, string>>, result: string) =>
  async (page: Page): Promise<void> => {
    for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
    await page.locator(`#${Object.keys(fields).at(-1)}`).press('Enter');
    await page.locator(result).first().waitFor();
  };

const PHONE = 390;

/** All pictures by the name of their file. The README shows `console.png`. */
export function picturesOf({ someone, grace }: Showcase): Record<string, Picture> {
  const key = `/api-keys/${SHOWN_KEY}`;
  const user = `/admin/users/${someone}`;
  return {
    'console.png': { as: 'ada', path: '/api-keys' },
    'console-dark.webp': { as: 'ada', path: '/api-keys', colorScheme: 'dark' },
    'console-phone.webp': { as: 'ada', path: '/api-keys', width: PHONE },
    'console-chinese.webp': { as: 'ada', path: '/zh/api-keys' },
    'no-keys.webp': { as: 'newcomer', path: '/api-keys' },
    'create-key.webp': { as: 'ada', path: '/api-keys/create' },
    'create-key-denied.webp': {
      as: 'ada',
      path: '/api-keys/create',
      steps: send({ name: '   ' }, '#name-error'),
    },
    'new-key.webp': {
      as: 'newcomer',
      path: '/api-keys/create',
      steps: send({ name: 'Mobile App' }, '[data-secret]'),
    },
    'key.webp': { as: 'ada', path: key },
    'key-dark.webp': { as: 'ada', path: key, colorScheme: 'dark' },
    'key-phone.webp': { as: 'ada', path: key, width: PHONE },
    'key-chinese.webp': { as: 'ada', path: `/zh${key}` },
    'revoke-key.webp': { as: 'ada', path: `${key}/revoke` },
    'account.webp': { as: 'ada', path: '/account' },
    'password.webp': { as: 'ada', path: '/account/password' },
    'help.webp': { as: 'ada', path: '/help' },
    'sign-in.webp': { as: 'visitor', path: '/sign-in' },
    'sign-up.webp': { as: 'visitor', path: '/sign-up' },
    'not-found.webp': { as: 'ada', path: '/api-keys/000000000000' },
    'admin.webp': { as: 'admin', path: '/admin' },
    'users.webp': { as: 'admin', path: '/admin/users' },
    'create-user.webp': { as: 'admin', path: '/admin/users/create' },
    'temporary-password.webp': {
      as: 'admin',
      path: '/admin/users/create',
      steps: send({ name: 'Hedy Lamarr', email: 'hedy@example.com' }, '[data-secret]'),
    },
    'user.webp': { as: 'admin', path: user },
    'suspend-user.webp': { as: 'admin', path: `${user}/suspend` },
    'reset-password.webp': { as: 'admin', path: `${user}/reset-password` },
    'give-up-admin.webp': {
      as: 'admin',
      path: `/admin/users/${grace}/demote?name=Grace+Hopper&role=standard`,
    },
    'all-keys.webp': { as: 'admin', path: '/admin/api-keys' },
    'any-key.webp': { as: 'admin', path: `/admin/api-keys/${SHOWN_KEY}` },
    'revoke-any-key.webp': { as: 'admin', path: `/admin/api-keys/${SHOWN_KEY}/revoke` },
    'revoke-many.webp': { as: 'admin', path: `/admin/api-keys/revoke?selection=filter&userId=${someone}` },
  };
}
