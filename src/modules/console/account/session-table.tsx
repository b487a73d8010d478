import type { Session } from '../../auth/index.js';
import { DataTable } from '../components/data-table.js';
import { Time } from '../components/time.js';
import { VisuallyHidden } from '../components/visually-hidden.js';
import type { Translate } from '../i18n/languages.js';
import { usePage } from '../rendering/page-context.js';
import { browserNameOf } from './browser-name.js';

interface SessionTableProps {
  readonly sessions: readonly Session[];
  readonly currentSessionId: string;
}

/** The sessions of the user. Each of them can be ended. */
export function SessionTable({ sessions, currentSessionId }: SessionTableProps) {
  const { t, link } = usePage();
  const columns = [
    t('account.browser'),
    t('account.address'),
    t('account.signedIn'),
    t('account.lastSeen'),
    <VisuallyHidden key="actions">{t('common.actions')}</VisuallyHidden>,
  ];
  return (
    <DataTable label={t('account.sessions')} columns={columns} isStacked>
      {sessions.map((session) => {
        const browser = browserText(t, session);
        return (
          <tr key={session.id}>
            <th scope="row" class="long">
              {/* The `User-Agent` header itself is in the tooltip. */}
              <span title={session.userAgent ?? undefined}>{browser}</span>{' '}
              {session.id === currentSessionId && (
                <strong class="badge active">{t('account.thisSession')}</strong>
              )}
            </th>
            <td data-label={t('account.address')}>{session.address}</td>
            <td data-label={t('account.signedIn')}>
              <Time at={session.createdAt} isRelative />
            </td>
            <td data-label={t('account.lastSeen')}>
              <Time at={session.lastSeenAt} isRelative />
            </td>
            <td class="act">
              <form method="post" action={link(`/account/sessions/${session.id}/end`)}>
                <button type="submit" class="quiet small">
                  {t('nav.signOut')}
                  <VisuallyHidden>
                    {' '}
                    {browser}, {session.address}
                  </VisuallyHidden>
                </button>
              </form>
            </td>
          </tr>
        );
      })}
    </DataTable>
  );
}

function browserText(t: Translate, { userAgent }: Session): string {
  const name = browserNameOf(userAgent);
  if (!name) return t('account.unknownBrowser');
  const { browser, system } = name;
  return system === null ? browser : t('account.browserOn', { browser, system });
}
