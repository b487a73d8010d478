import { MAX_NAME_LENGTH } from '../../../common/text/name-length.js';
import { MIN_PASSWORD_LENGTH } from '../../../common/text/password-length.js';
import { usePage } from '../rendering/page-context.js';
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
}

/** A field for the current password of the user. */
export function PasswordField({ name = 'password', label, denial }: PasswordFieldProps) {
  const { t } = usePage();
  return (
    <Field
      name={name}
      label={label ?? t('common.password')}
      type="password"
      autocomplete="current-password"
      required
      denial={denial}
    />
  );
}

interface NewPasswordFieldProps extends PasswordFieldProps {
  readonly hint?: string;
  readonly isOptional?: boolean;
}

/** A field for a new password that the user chooses. */
export function NewPasswordField({
  name = 'password',
  label,
  hint,
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
      hint={hint ?? t('signUp.passwordHint')}
      isOptional={isOptional}
      {...(!isOptional && { minLength: MIN_PASSWORD_LENGTH, required: true })}
      denial={denial}
    />
  );
}
