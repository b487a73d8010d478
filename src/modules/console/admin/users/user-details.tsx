import type { Role } from '../../../../common/access/index.js';
import type { User } from '../../../users/index.js';
import { Select } from '../../components/fields/select.js';
import { OptionalTime, Time } from '../../components/time.js';
import { UserFacts } from '../../components/user-facts.js';
import { NameField } from '../../components/fields/user-fields.js';
import type { Denial } from '../../forms/form-result.js';
import { usePage } from '../../rendering/page-context.js';

interface UserDetailsProps {
  readonly user: User;
  /** The submitted values, or the user's current ones. */
  readonly values: { readonly name: string; readonly role: string };
  readonly roles: readonly Role[];
  readonly denial: Denial | null;
}

/** Shows details of a user, with a form for their name and role. */
export function UserDetails({ user, values, roles, denial }: UserDetailsProps) {
  const { t, link } = usePage();
  return (
    <section class="card">
      <h2>{t('keyPage.details')}</h2>
      <Facts user={user} />
      <details open={denial !== null}>
        <summary>{t('users.edit')}</summary>
        <form method="post" action={link(`/admin/users/${user.id}`)}>
          <NameField value={values.name} autocomplete="off" denial={denial} />
          <Select
            name="role"
            label={t('common.role')}
            value={values.role}
            choices={roles.map((role) => [role, t(`role.${role}`)] as const)}
            denial={denial}
          />
          <button type="submit" class="secondary">
            {t('common.save')}
          </button>
        </form>
      </details>
    </section>
  );
}

function Facts({ user }: Pick<UserDetailsProps, 'user'>) {
  const { t } = usePage();
  return (
    <UserFacts user={user}>
      <dt>{t('users.lastSeen')}</dt>
      <dd>
        <OptionalTime at={user.lastSeenAt} otherwise={t('users.neverSeen')} />
      </dd>
      {user.temporaryPasswordExpiresAt && (
        <>
          <dt>{t('users.temporaryUntil')}</dt>
          <dd>
            <Time at={user.temporaryPasswordExpiresAt} />
          </dd>
        </>
      )}
    </UserFacts>
  );
}
