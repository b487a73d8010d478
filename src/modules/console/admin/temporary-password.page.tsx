import type { User } from '../../users/index.js';
import { usePage } from '../page/page-context.js';
import { AdminLayout } from './admin-layout.js';

interface TemporaryPasswordPageProps {
  readonly user: User;
  readonly password: string;
  /** Whether the user was just created, or had another password before. */
  readonly isNew: boolean;
}

/** The only page that shows a password that the service made up. */
export function TemporaryPasswordPage({ user, password, isNew }: TemporaryPasswordPageProps) {
  const { t, link } = usePage();
  const title = isNew ? t('users.createdTitle') : t('users.resetDone');
  return (
    <AdminLayout title={title} scripts={['shown-once.js']} isNarrow isShownOnce>
      <h1>{title}</h1>
      <section class="card secret">
        <h2>{user.email}</h2>
        <p role="status">
          <strong>{t('users.temporaryOnce')}</strong>
        </p>
        <div class="field">
          <label for="temporary">{t('users.temporaryPassword')}</label>
          <div class="copyable">
            <input
              id="temporary"
              value={password}
              data-secret
              readOnly
              spellcheck={false}
              autocomplete="off"
            />
            <button
              type="button"
              class="secondary"
              data-copy="#temporary"
              data-done={t('common.copied')}
              hidden
            >
              {t('common.copy')}
            </button>
          </div>
        </div>
        <form method="get" action={link(`/admin/users/${user.id}`)} data-stored>
          <label>
            <input type="checkbox" required />
            {t('created.stored')}
          </label>
          <button>{t('created.done')}</button>
        </form>
      </section>
    </AdminLayout>
  );
}
