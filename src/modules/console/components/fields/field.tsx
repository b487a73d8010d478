import { h } from 'preact';
import type { FieldError } from '../../../../common/errors/index.js';
import { redactKeys } from '../../../../common/text/redact-keys.js';
import type { Denial } from '../../forms/form-result.js';
import { fieldErrorText } from '../../i18n/error-texts.js';
import { usePage } from '../../rendering/page-context.js';
import { ShowPassword } from './show-password.js';

export interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly isOptional?: boolean;
  readonly denial: Denial | null;
  // HTML attributes:
  readonly type?: 'text' | 'email' | 'password' | 'number' | 'search';
  readonly value?: string;
  readonly autocomplete?: string;
  readonly autofocus?: boolean;
  readonly required?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
}

/** The maximum length of a submitted value that the form shows again. It is more than any field accepts. */
const MAX_SHOWN_LENGTH = 1_000;

/**
 * Returns the submitted value, to show it in the form again. Returns `''` if the value contains an API key, or if it is
 * too long to correct.
 */
export const valueWithoutKeys = (value: string | undefined) =>
  value && (value.length > MAX_SHOWN_LENGTH || redactKeys(value) !== value) ? '' : value;

/**
 * Returns whether a field has the focus when the page opens: the first field with an error, or else the field that
 * normally has the focus.
 */
export const hasFocus = (name: string, denial: Denial | null, otherwise: boolean): boolean =>
  denial?.firstField ? denial.firstField === name : otherwise;

/** An input with its label, hint and error. */
export function Field({ name, label, hint, isOptional, denial, autofocus = false, ...input }: FieldProps) {
  const { t } = usePage();
  const error = denial?.errorOf(name) ?? null;
  const describedBy = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={name}>
        {label}
        {isOptional && <span class="optional"> {t('common.optional')}</span>}
      </label>
      {/* This uses `h` instead of JSX, because in JSX, Preact's type of `<input>` needs to know the field's type. */}
      {h('input', {
        id: name,
        name,
        'aria-invalid': error === null ? undefined : 'true',
        'aria-describedby': describedBy || undefined,
        autofocus: hasFocus(name, denial, autofocus) || undefined,
        ...input,
        value: valueWithoutKeys(input.value),
      })}
      {input.type === 'password' && <ShowPassword name={name} label={label} />}
      <FieldNotes name={name} hint={hint} error={error} />
    </div>
  );
}

interface FieldNotesProps {
  readonly name: string;
  readonly hint?: string | undefined;
  readonly error: FieldError | null;
}

/** A field's hint and error. The field's `aria-describedby` refers to their ids. */
export function FieldNotes({ name, hint, error }: FieldNotesProps) {
  const { t } = usePage();
  return (
    <>
      {hint && <small id={`${name}-hint`}>{hint}</small>}
      {error !== null && (
        <small id={`${name}-error`} class="wrong">
          {fieldErrorText(t, error)}
        </small>
      )}
    </>
  );
}
