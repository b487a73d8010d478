import { MAX_NAME_LENGTH } from '../../../../common/text/name-length.js';
import { MIN_PASSWORD_LENGTH } from '../../../../common/text/password-length.js';
import { usePage } from '../../rendering/page-context.js';
import { Field, type FieldProps } from './field.js';

type Own = Pick<FieldProps, 'denial'>;

interface NameFieldProps extends Own {
  readonly value: string;
  /** Use `name` for the user's own name, and `off` for the name of another user. */
  readonly autocomplete: 'name' | 'off';
}

export function NameField(props: NameFieldProps) {
  const { t } = usePage();
  return <Field name="name" label={t('common.personName')} maxLength={MAX_NAME_LENGTH} required {...props} />;
}

interface EmailFieldProps extends Own {
  readonly value: string;
  readonly autofocus?: boolean;
  /** Use `username` for the user's own email, and `off` for the email of another user. */
  readonly autocomplete: 'username' | 'off';
}

export function EmailField(props: EmailFieldProps) {
  const { t } = usePage();
  return <Field name="email" label={t('common.email')} type="email" required {...props} />;
}

interface PasswordFieldProps extends Own {
  readonly name?: string;
  readonly label?: string;
  readonly autofocus?: boolean;
}

/** A field for the current password of the user. */
export function PasswordField({ name = 'password', label, autofocus = false, denial }: PasswordFieldProps) {
  const { t } = usePage();
  return (
    <Field
      name={name}
      label={label ?? t('common.password')}
      type="password"
      autocomplete="current-password"
      autofocus={autofocus}
      required
      denial={denial}
    />
  );
}

/** A hidden field with the user's email. It tells password managers whose password the form contains. */
export const UsernameForPasswordManagers = ({ email }: { email: string }) => (
  <input type="text" name="username" value={email} autocomplete="username" readOnly hidden />
);

interface NewPasswordFieldProps extends PasswordFieldProps {
  readonly hint?: string;
  readonly isOptional?: boolean;
}

/** A field for a new password that the user chooses. */
export function NewPasswordField({
  name = 'password',
  label,
  hint,
  autofocus = false,
  isOptional = false,
  denial,
}: NewPasswordFieldProps) {
  const { t } = usePage();
  return (
    <Field
      name={name}
      label={label ?? t('common.password')}
      type="password"
      autocomplete="new-password"
      autofocus={autofocus}
      hint={hint ?? t('signUp.passwordHint')}
      isOptional={isOptional}
      {...(!isOptional && { minLength: MIN_PASSWORD_LENGTH, required: true })}
      denial={denial}
    />
  );
}
