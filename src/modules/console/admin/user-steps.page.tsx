import type { ComponentChildren } from 'preact';
import type { User } from '../../users/index.js';
import type { Refusal } from '../page/forms.js';
import { usePage } from '../page/page-context.js';
import { RefusalNotice } from '../page/parts.js';
import { AdminLayout } from './admin-layout.js';

interface StepProps {
  readonly user: User;
  /** The last part of the path that the form is sent to. */
  readonly step: 'suspend' | 'reset-password';
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly refusal?: Refusal | null;
  /** Hidden fields. */
  readonly children?: ComponentChildren;
}

/** Asks once more before something that the user will notice. The script shows it in a dialog. */
function Step({ user, step, title, text, button, refusal = null, children }: StepProps) {
  const { t, link } = usePage();
  const path = `/admin/users/${user.id}`;
  return (
    <AdminLayout title={title} isNarrow>
      <div data-dialog-content>
        <h1>{title}</h1>
        <RefusalNotice refusal={refusal} />
        <form method="post" action={link(`${path}/${step}`)} class="card">
          {children}
          <p>{user.email}</p>
          <p>{text}</p>
          <div class="buttons">
            <a href={link(path)} data-close>
              {t('common.cancel')}
            </a>
            <button class="danger">{button}</button>
          </div>
        </form>
      </div>
    </AdminLayout>
  );
}

export function SuspendPage({ user, refusal = null }: { user: User; refusal?: Refusal | null }) {
  const { t } = usePage();
  return (
    <Step
      user={user}
      step="suspend"
      title={t('users.suspendTitle', { name: user.name })}
      text={t('users.suspendText')}
      button={t('users.suspend')}
      refusal={refusal}
    />
  );
}

export function ResetPasswordPage({ user, formId }: { user: User; formId: string }) {
  const { t } = usePage();
  return (
    <Step
      user={user}
      step="reset-password"
      title={t('users.resetTitle', { name: user.name })}
      text={t('users.resetText')}
      button={t('users.reset')}
    >
      <input type="hidden" name="form" value={formId} />
    </Step>
  );
}
