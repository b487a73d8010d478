import type { User } from '../../users/index.js';
import { usePage } from '../page/page-context.js';
import { Secret } from '../page/secret.js';
import { AdminLayout } from './admin-layout.js';

interface TemporaryPasswordPageProps {
  readonly user: User;
  readonly password: string;
  /** Whether the user was just created, or had another password before. */
  readonly isNew: boolean;
}

/** The only page that shows a password that the service made up. */
export function TemporaryPasswordPage({ user, password, isNew }: TemporaryPasswordPageProps) {
  const { t } = usePage();
  const title = isNew ? t('users.createdTitle') : t('users.resetDone');
  return (
    <AdminLayout title={title} scripts={['shown-once.js']} isNarrow isShownOnce>
      <h1>{title}</h1>
      <Secret
        id="temporary"
        title={user.email}
        notice={t('users.temporaryOnce')}
        label={t('users.temporaryPassword')}
        value={password}
        next={`/admin/users/${user.id}`}
      />
    </AdminLayout>
  );
}
