import type { Session } from '../../auth/index.js';
import type { User } from '../../users/index.js';
import type { Denial } from '../forms/form-result.js';
import { FIRST_PAGE, type Paging } from '../forms/paging.js';
import { Layout } from '../rendering/layout.js';
import { SessionList } from './session-list.js';
import { Pager } from '../components/lists/pager.js';
import { usePage } from '../rendering/page-context.js';
import { DenialNotice } from '../components/notices.js';
import { NameField } from '../components/fields/user-fields.js';
import { LinkButton } from '../components/link-button.js';
import { UserFacts } from '../components/user-facts.js';

export interface SessionSlice {
  readonly data: readonly Session[];
  readonly nextCursor: string | null;
}

export interface AccountPageProps {
  readonly user: User;
  /** The submitted name, or the user's current name. */
  readonly name: string;
  readonly sessions: SessionSlice;
  readonly paging?: Paging;
  readonly currentSessionId: string;
  readonly denial?: Denial | null;
}

export function AccountPage(props: AccountPageProps) {
  const { user, name, sessions, paging = FIRST_PAGE, currentSessionId, denial = null } = props;
  const { t, link } = usePage();
  return (
    <Layout title={t('account.title')} denial={denial}>
      <h1>{t('account.title')}</h1>
      <DenialNotice denial={denial} hiddenField="cursor" />
      <section class="card">
        <h2>{t('account.profile')}</h2>
        <UserFacts user={user} />
        <form method="post" action={link('/account')}>
          <NameField value={name} autocomplete="name" denial={denial} />
          <button type="submit">{t('common.save')}</button>
        </form>
      </section>
      <section class="card">
        <h2>{t('common.password')}</h2>
        <p>{t('account.passwordLead')}</p>
        <LinkButton to="/account/password" class="secondary">
          {t('account.changePassword')}
        </LinkButton>
      </section>
      <section class="card">
        <h2>{t('account.sessions')}</h2>
        <p>{t('account.sessionsLead')}</p>
        <SessionList sessions={sessions.data} currentSessionId={currentSessionId} />
        <Pager path="/account" query={{}} paging={paging} nextCursor={sessions.nextCursor} />
        {(sessions.data.length > 1 || !paging.isFirst) && (
          <form method="post" action={link('/account/sessions/revoke-others')}>
            <button type="submit" class="danger">
              {t('account.signOutOthers')}
            </button>
          </form>
        )}
      </section>
    </Layout>
  );
}
