import type { Session } from '../../auth/index.js';
import { SentenceWithTime, TIME_PLACEHOLDER } from '../components/time.js';
import { VisuallyHidden } from '../components/visually-hidden.js';
import type { Translate } from '../i18n/languages.js';
import { usePage } from '../rendering/page-context.js';
import { browserNameOf } from './browser-name.js';

interface SessionListProps {
  readonly sessions: readonly Session[];
  readonly currentSessionId: string;
}

/** The sessions of the user. Each of them can be ended. */
export function SessionList({ sessions, currentSessionId }: SessionListProps) {
  return (
    <ul class="sessions">
      {sessions.map((session) => (
        <SessionItem key={session.id} session={session} isCurrent={session.id === currentSessionId} />
      ))}
    </ul>
  );
}

function SessionItem({ session, isCurrent }: { session: Session; isCurrent: boolean }) {
  const { t, link } = usePage();
  const browser = browserText(t, session);
  return (
    <li>
      <div>
        {/* The `User-Agent` header itself is in the tooltip. */}
        <span title={session.userAgent ?? undefined}>{browser}</span>{' '}
        {isCurrent && <strong class="badge active">{t('account.thisSession')}</strong>}
        <small>
          <span>{t('account.ipAddress', { address: session.address })}</span>
          <span>
            <SentenceWithTime
              text={t('account.signedIn', { time: TIME_PLACEHOLDER })}
              at={session.createdAt}
              isRelative
            />
          </span>
          <span>
            <SentenceWithTime
              text={t('account.lastSeen', { time: TIME_PLACEHOLDER })}
              at={session.lastSeenAt}
              isRelative
            />
          </span>
        </small>
      </div>
      <form method="post" action={link(`/account/sessions/${session.id}/end`)}>
        <button type="submit" class="secondary small">
          {t('nav.signOut')}
          <VisuallyHidden>
            {' '}
            {browser}, {session.address}
          </VisuallyHidden>
        </button>
      </form>
    </li>
  );
}

function browserText(t: Translate, { userAgent }: Session): string {
  const name = browserNameOf(userAgent);
  if (!name) return t('account.unknownBrowser');
  const { browser, system } = name;
  return system === null ? browser : t('account.browserOn', { browser, system });
}
