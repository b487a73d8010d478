import type { ComponentChildren } from 'preact';
import type { User } from '../../../users/index.js';
import type { Denial } from '../../forms/form-result.js';
import { usePage } from '../../rendering/page-context.js';
import { DenialNotice } from '../../components/notices.js';
import { AdminLayout } from '../admin-layout.js';

interface ConfirmationPageProps {
  readonly user: User;
  /** The last part of the form's path. */
  readonly action: 'suspend' | 'reset-password';
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly denial?: Denial | null;
  /** The hidden fields of the form. */
  readonly children?: ComponentChildren;
}

/** Asks for confirmation. console.js shows the form in a dialog. */
function ConfirmationPage({
  user,
  action,
  title,
  text,
  button,
  denial = null,
  children,
}: ConfirmationPageProps) {
  const { t, link } = usePage();
  const path = `/admin/users/${user.id}`;
  return (
    <AdminLayout title={title} isNarrow>
      <div data-dialog-content>
        <h1>{title}</h1>
        <DenialNotice denial={denial} />
        <form method="post" action={link(`${path}/${action}`)} class="card">
          {children}
          <p>{user.email}</p>
          <p>{text}</p>
          <div class="buttons">
            <a href={link(path)} data-close>
              {t('common.cancel')}
            </a>
            <button type="submit" class="danger">
              {button}
            </button>
          </div>
        </form>
      </div>
    </AdminLayout>
  );
}

export function SuspendPage({ user, denial = null }: { user: User; denial?: Denial | null }) {
  const { t } = usePage();
  return (
    <ConfirmationPage
      user={user}
      action="suspend"
      title={t('users.suspendTitle', { name: user.name })}
      text={t('users.suspendText')}
      button={t('users.suspend')}
      denial={denial}
    />
  );
}

export function ResetPasswordPage({ user, formId }: { user: User; formId: string }) {
  const { t } = usePage();
  return (
    <ConfirmationPage
      user={user}
      action="reset-password"
      title={t('users.resetTitle', { name: user.name })}
      text={t('users.resetText')}
      button={t('users.reset')}
    >
      <input type="hidden" name="form" value={formId} />
    </ConfirmationPage>
  );
}
