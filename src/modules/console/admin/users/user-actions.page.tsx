import type { ComponentChildren } from 'preact';
import type { Role } from '../../../../common/access/index.js';
import type { User } from '../../../users/index.js';
import { ConfirmCheckbox } from '../../components/fields/confirm-checkbox.js';
import { DenialNotice } from '../../components/notices.js';
import type { Denial } from '../../forms/form-result.js';
import { usePage } from '../../rendering/page-context.js';
import { AdminLayout } from '../admin-layout.js';
import { CONFIRM_FIELD } from './own-account.js';

interface ConfirmationPageProps {
  readonly user: User;
  /** The last part of the form's path. */
  readonly action: 'suspend' | 'reset-password' | 'demote';
  readonly title: string;
  readonly text: ComponentChildren;
  readonly button: string;
  readonly denial?: Denial | null;
  /** The fields of the form. */
  readonly children?: ComponentChildren;
}

/** Asks for confirmation. console.js shows the form in a dialog. */
function ConfirmationPage(props: ConfirmationPageProps) {
  const { user, action, title, text, button, denial = null, children } = props;
  const { t, link } = usePage();
  const path = `/admin/users/${user.id}`;
  return (
    <AdminLayout title={title} denial={denial} isNarrow>
      <div data-dialog-content>
        <h1>{title}</h1>
        <DenialNotice denial={denial} hiddenField="name" />
        <form method="post" action={link(`${path}/${action}`)} class="card">
          <p>{user.email}</p>
          {text}
          {children}
          <div class="buttons">
            <a href={link(path)} data-close>
              {t('common.cancel')}
            </a>
            <button type="submit" class="danger solid">
              {button}
            </button>
          </div>
        </form>
      </div>
    </AdminLayout>
  );
}

interface SuspendPageProps {
  readonly user: User;
  /** Whether admins would suspend themselves. They must then confirm that. */
  readonly isSelf: boolean;
  readonly denial?: Denial | null;
}

export function SuspendPage({ user, isSelf, denial = null }: SuspendPageProps) {
  const { t } = usePage();
  return (
    <ConfirmationPage
      user={user}
      action="suspend"
      title={t('users.suspendTitle', { name: user.name })}
      text={isSelf ? <Warning text={t('users.suspendSelf')} /> : <p>{t('users.suspendText')}</p>}
      button={t('users.suspend')}
      denial={denial}
    >
      {isSelf && (
        <ConfirmCheckbox name={CONFIRM_FIELD} text={t('users.confirmSuspendSelf')} denial={denial} />
      )}
    </ConfirmationPage>
  );
}

interface DemotePageProps {
  readonly user: User;
  /** The submitted values of the form on the user's page. */
  readonly values: { readonly name: string; readonly role: Role };
  readonly denial?: Denial | null;
}

/** Asks admins to confirm that they take the admin role from themselves. */
export function DemotePage({ user, values, denial = null }: DemotePageProps) {
  const { t } = usePage();
  const { name, role } = values;
  return (
    <ConfirmationPage
      user={user}
      action="demote"
      title={t('users.demoteTitle')}
      text={<Warning text={t('users.demoteSelf', { role: t(`role.${role}`) })} />}
      button={t('users.demote')}
      denial={denial}
    >
      <input type="hidden" name="name" value={name} />
      <input type="hidden" name="role" value={role} />
      <ConfirmCheckbox name={CONFIRM_FIELD} text={t('users.confirmDemoteSelf')} denial={denial} />
    </ConfirmationPage>
  );
}

const Warning = ({ text }: { text: string }) => <p class="notice bad">{text}</p>;

export function ResetPasswordPage({ user, formId }: { user: User; formId: string }) {
  const { t } = usePage();
  return (
    <ConfirmationPage
      user={user}
      action="reset-password"
      title={t('users.resetTitle', { name: user.name })}
      text={<p>{t('users.resetText')}</p>}
      button={t('users.reset')}
    >
      <input type="hidden" name="form" value={formId} />
    </ConfirmationPage>
  );
}
