import type { Role } from '../../../common/access/index.js';
import type { User } from '../../users/index.js';
import type { Refusal } from '../page/forms.js';
import { usePage } from '../page/page-context.js';
import { Field, GoButton, RefusalNotice, Select } from '../page/parts.js';
import { AdminLayout } from './admin-layout.js';

interface CreateUserPageProps {
  readonly values: { readonly email: string; readonly name: string; readonly role: string };
  readonly roles: readonly Role[];
  readonly refusal: Refusal | null;
}

export function CreateUserPage({ values, roles, refusal }: CreateUserPageProps) {
  const { t, link } = usePage();
  return (
    <AdminLayout title={t('users.createTitle')} isNarrow>
      <h1>{t('users.createTitle')}</h1>
      <RefusalNotice refusal={refusal} />
      <form method="post" action={link('/admin/users/create')} class="card">
        <Field
          name="name"
          label={t('common.name')}
          value={values.name}
          maxLength={100}
          autocomplete="off"
          required
          refusal={refusal}
        />
        <Field
          name="email"
          label={t('common.email')}
          type="email"
          value={values.email}
          autocomplete="off"
          required
          refusal={refusal}
        />
        <Select
          name="role"
          label={t('common.role')}
          value={values.role}
          choices={roles.map((role) => [role, t(`role.${role}`)] as const)}
        />
        <Field
          name="password"
          label={t('common.password')}
          type="password"
          autocomplete="new-password"
          hint={t('users.passwordHint')}
          isOptional
          refusal={refusal}
        />
        <div class="buttons">
          <a href={link('/admin/users')}>{t('common.cancel')}</a>
          <button>{t('users.create')}</button>
        </div>
      </form>
    </AdminLayout>
  );
}

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
    <AdminLayout title={title} isNarrow isShownOnce>
      <h1>{title}</h1>
      <section class="card secret">
        <h2>{user.email}</h2>
        <p role="status">
          <strong>{t('users.temporaryOnce')}</strong>
        </p>
        <div class="field">
          <label for="temporary">{t('users.temporaryPassword')}</label>
          <div class="copyable">
            <input id="temporary" value={password} readOnly spellcheck={false} autocomplete="off" />
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
        <GoButton to={`/admin/users/${user.id}`}>{t('users.show')}</GoButton>
      </section>
    </AdminLayout>
  );
}
