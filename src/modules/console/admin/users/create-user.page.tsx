import type { Role } from '../../../../common/access/index.js';
import type { Denial } from '../../forms/form-result.js';
import { usePage } from '../../rendering/page-context.js';
import { EmailField, NameField, NewPasswordField } from '../../components/fields/user-fields.js';
import { DenialNotice } from '../../components/notices.js';
import { Select } from '../../components/fields/select.js';
import { AdminLayout } from '../admin-layout.js';

interface CreateUserPageProps {
  /** The id of the form. If the form is submitted twice, only one user is created. */
  readonly formId: string;
  readonly values: { readonly email: string; readonly name: string; readonly role: string };
  readonly roles: readonly Role[];
  readonly denial: Denial | null;
}

export function CreateUserPage({ formId, values, roles, denial }: CreateUserPageProps) {
  const { t, link } = usePage();
  return (
    <AdminLayout title={t('users.createTitle')} scripts={['password-field.js']} denial={denial} isNarrow>
      <h1>{t('users.createTitle')}</h1>
      <DenialNotice denial={denial} />
      <form method="post" action={link('/admin/users/create')} class="card">
        <input type="hidden" name="form" value={formId} />
        <NameField value={values.name} autocomplete="off" denial={denial} />
        <EmailField value={values.email} autocomplete="off" denial={denial} />
        <Select
          name="role"
          label={t('common.role')}
          value={values.role}
          choices={roles.map((role) => [role, t(`role.${role}`)] as const)}
          denial={denial}
        />
        <NewPasswordField hint={t('users.passwordHint')} isOptional denial={denial} />
        <div class="buttons">
          <a href={link('/admin/users')}>{t('common.cancel')}</a>
          <button type="submit">{t('users.create')}</button>
        </div>
      </form>
    </AdminLayout>
  );
}
