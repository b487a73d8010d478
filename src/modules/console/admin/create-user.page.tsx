import type { Role } from '../../../common/access/index.js';
import type { Refusal } from '../page/forms.js';
import { usePage } from '../page/page-context.js';
import { Field, RefusalNotice, Select } from '../page/parts.js';
import { AdminLayout } from './admin-layout.js';

interface CreateUserPageProps {
  /** The same form never creates a second user. */
  readonly formId: string;
  readonly values: { readonly email: string; readonly name: string; readonly role: string };
  readonly roles: readonly Role[];
  readonly refusal: Refusal | null;
}

export function CreateUserPage({ formId, values, roles, refusal }: CreateUserPageProps) {
  const { t, link } = usePage();
  return (
    <AdminLayout title={t('users.createTitle')} isNarrow>
      <h1>{t('users.createTitle')}</h1>
      <RefusalNotice refusal={refusal} />
      <form method="post" action={link('/admin/users/create')} class="card">
        <input type="hidden" name="form" value={formId} />
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
          refusal={refusal}
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
