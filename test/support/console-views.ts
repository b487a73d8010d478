// Every page of the console, in every state that looks different.
import type { Page } from 'playwright-core';
import type { ConsoleData, Viewer } from './console-data.js';

/** A page, or a page after some steps. */
export interface View {
  readonly title: string;
  readonly as: Viewer;
  /** Without a language prefix. */
  readonly path: string;
  /** What the viewer does on the page. */
  readonly steps?: (page: Page) => Promise<void>;
  /** Whether the steps are possible only with scripts. */
  readonly needsScripts?: boolean;
}

/** Returns all views, with the pages of admins first. */
export function consoleViews(data: ConsoleData): View[] {
  return [...pagesOf(data), ...deniedForms(data), ...secrets(), ...dialogs(data)];
}

/** Opens a view in a window of its viewer, in the language with this prefix. */
export async function openView(page: Page, { path, steps }: View, prefix: string): Promise<void> {
  await page.goto(prefix + path);
  await steps?.(page);
}

function pagesOf({ usedKey, revokedKey, user, suspended, admin }: ConsoleData): View[] {
  const asAdmin: Record<string, string> = {
    'the keys': '/api-keys',
    'revoked keys': '/api-keys?view=revoked',
    'no key that matches': '/api-keys?search=nothing',
    'a wrong order': '/api-keys?sort=nonsense',
    'a form for a new key': '/api-keys/create',
    'a key': `/api-keys/${usedKey}`,
    'a key by day': `/api-keys/${usedKey}?period=30d`,
    'a revoked key': `/api-keys/${revokedKey}`,
    'a question before revoking': `/api-keys/${usedKey}/revoke`,
    'the account': '/account',
    'a form for a new password': '/account/password',
    help: '/help',
    'the overview of admins': '/admin',
    'all users': '/admin/users',
    'no user that matches': '/admin/users?search=nothing',
    'a wrong status of users': '/admin/users?status=nonsense',
    'a form for a new user': '/admin/users/create',
    'a user': `/admin/users/${user}`,
    'a suspended user': `/admin/users/${suspended}`,
    'a question before suspending': `/admin/users/${user}/suspend`,
    'a question before suspending oneself': `/admin/users/${admin}/suspend`,
    'a question before giving up the admin role': `/admin/users/${admin}/demote?name=A&role=standard`,
    'a question before a reset': `/admin/users/${user}/reset-password`,
    'all keys': '/admin/api-keys',
    'the keys of one user': `/admin/api-keys?userId=${user}&status=active`,
    'a wrong filter of all keys': '/admin/api-keys?unusedForDays=0',
    'a wrong status of all keys': '/admin/api-keys?status=nonsense',
    'a key for admins': `/admin/api-keys/${usedKey}`,
    'a revoked key for admins': `/admin/api-keys/${revokedKey}?period=7d`,
    "a question before revoking somebody else's key": `/admin/api-keys/${usedKey}/revoke`,
    'a preview of revoking many': '/admin/api-keys/revoke?selection=filter&status=active',
    'a preview of revoking all': '/admin/api-keys/revoke?selection=filter',
    'no key to revoke': '/admin/api-keys/revoke?selection=ids',
    'an address without a page': '/nothing-is-here',
    'a missing key': '/api-keys/000000000000',
  };
  const others: readonly (readonly [Viewer, string])[] = [
    ['newcomer', '/api-keys'],
    ['newcomer', '/admin'],
    ['temporary', '/account/password'],
    ['visitor', '/sign-in'],
    ['visitor', '/sign-up'],
    ['visitor', '/help'],
    ['visitor', '/nothing-is-here'],
  ];
  return [
    ...Object.entries(asAdmin).map(([title, path]): View => ({ title, as: 'admin', path })),
    ...others.map(([as, path]): View => ({ title: `${path} as ${as}`, as, path })),
  ];
}

/** Fills the fields, which can be in a closed part of the page, and sends the form of the last one. */
const send =
  (fields: Readonly<Record<string, string>>, result: string) =>
  async (page: Page): Promise<void> => {
    for (const [id, value] of Object.entries(fields)) {
      const closed = page.locator(`details:not([open]):has(#${id}) > summary`);
      if ((await closed.count()) > 0) await closed.click();
      await page.locator(`#${id}`).fill(value);
    }
    await page.locator(`#${Object.keys(fields).at(-1)}`).press('Enter');
    await page.locator(result).first().waitFor();
  };

function deniedForms({ usedKey }: ConsoleData): View[] {
  const denied = (path: string, fields: Readonly<Record<string, string>>, as: Viewer = 'admin'): View => ({
    title: `${path} after wrong values`,
    as,
    path,
    steps: send(fields, '[role=alert], [aria-invalid=true]'),
  });
  const email = () => `${crypto.randomUUID()}@example.com`;
  return [
    denied('/api-keys/create', { name: '   ' }),
    denied(`/api-keys/${usedKey}`, { name: '   ' }),
    denied('/account/password', { currentPassword: 'not the password', newPassword: '123456789012' }),
    denied('/admin/users/create', { name: '   ', email: email() }),
    denied('/sign-in', { email: email(), password: 'wrong' }, 'visitor'),
    denied('/sign-up', { name: 'Ada', email: email(), password: '123456789012' }, 'visitor'),
  ];
}

/** Pages that show a secret once. */
function secrets(): View[] {
  const createKey = send({ name: 'Another key' }, '[data-secret]');
  return [
    { title: 'a new key', as: 'admin', path: '/api-keys/create', steps: createKey },
    {
      title: 'a new key after a test request',
      as: 'admin',
      path: '/api-keys/create',
      needsScripts: true,
      steps: async (page) => {
        await createKey(page);
        await page.locator('[data-test-call] button').first().click();
        await page.locator('[data-test-call] pre').getByText('pong').waitFor();
      },
    },
    {
      title: 'a temporary password',
      as: 'admin',
      path: '/admin/users/create',
      steps: (page) =>
        send({ name: 'Newcomer', email: `${crypto.randomUUID()}@example.com` }, '[data-secret]')(page),
    },
  ];
}

function dialogs({ user }: ConsoleData): View[] {
  return ['/api-keys', '/admin/api-keys', `/admin/users/${user}`].map((path) => ({
    title: `${path} with a dialog`,
    as: 'admin',
    path,
    needsScripts: true,
    steps: async (page) => {
      await page.locator('a[data-dialog]').first().click();
      await page.getByRole('dialog').waitFor();
    },
  }));
}
