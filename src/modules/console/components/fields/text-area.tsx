import type { Denial } from '../../forms/form-result.js';
import { usePage } from '../../rendering/page-context.js';
import { FieldNotes, hasFocus, valueWithoutKeys } from './field.js';

interface TextAreaProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly maxLength: number;
  readonly denial: Denial | null;
}

/** An optional field for several lines of text, with its label, hint and error. */
export function TextArea({ name, label, hint, value, maxLength, denial }: TextAreaProps) {
  const { t } = usePage();
  const error = denial?.errorOf(name) ?? null;
  const describedBy = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={name}>
        {label} <span class="optional">{t('common.optional')}</span>
      </label>
      <textarea
        id={name}
        name={name}
        rows={3}
        maxLength={maxLength}
        autofocus={hasFocus(name, denial, false) || undefined}
        aria-invalid={error === null ? undefined : 'true'}
        aria-describedby={describedBy || undefined}
      >
        {valueWithoutKeys(value)}
      </textarea>
      <FieldNotes name={name} hint={hint} error={error} />
    </div>
  );
}
