import type { User } from '../../../users/index.js';
import { usePage } from '../../rendering/page-context.js';
import { Secret } from '../../components/secret.js';
import { AdminLayout } from '../admin-layout.js';

interface TemporaryPasswordPageProps {
  readonly user: User;
  readonly password: string;
  /** True if the user was just created, false if their password was reset. */
  readonly isNew: boolean;
}

/** The only page that shows a generated password. */
export function TemporaryPasswordPage({ user, password, isNew }: TemporaryPasswordPageProps) {
  const { t } = usePage();
  const title = isNew ? t('users.createdTitle') : t('users.resetDone');
  return (
    <AdminLayout title={title} scripts={['secret-page.js']} isNarrow isShownOnce>
      <h1>{title}</h1>
      <Secret
        id="temporary"
        title={user.email}
        notice={t('users.temporaryOnce')}
        label={t('users.temporaryPassword')}
        storedLabel={t('created.storedPassword')}
        value={password}
        next={`/admin/users/${user.id}`}
        page={`/admin/users/${user.id}`}
      />
    </AdminLayout>
  );
}
