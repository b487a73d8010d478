import { MAX_NAME_LENGTH } from '../../../common/text/name-length.js';
import { MIN_PASSWORD_LENGTH } from '../../users/index.js';
import { usePage } from '../rendering/page-context.js';
import { Field, type FieldProps } from './field.js';

type Own = Pick<FieldProps, 'denial'>;

interface NameFieldProps extends Own {
  readonly value: string;
  /** `name` for your own name, `off` for another user's. */
  readonly autocomplete: 'name' | 'off';
}

/** A user's name. */
export function NameField(props: NameFieldProps) {
  const { t } = usePage();
  return <Field name="name" label={t('common.personName')} maxLength={MAX_NAME_LENGTH} required {...props} />;
}

interface EmailFieldProps extends Own {
  readonly value: string;
  /** `username` for your own address, `off` for another user's. */
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

/** The user's current password. */
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

/** A password that the user chooses. */
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
