import type { Denial } from '../../forms/form-result.js';
import { FieldNotes, hasFocus } from './field.js';

interface ConfirmCheckboxProps {
  readonly name: string;
  readonly text: string;
  readonly denial: Denial | null;
}

/** A checkbox that the user must check before the form is accepted. Its value is `yes`. */
export function ConfirmCheckbox({ name, text, denial }: ConfirmCheckboxProps) {
  const error = denial?.errorOf(name) ?? null;
  return (
    <div class="field">
      <label>
        <input
          type="checkbox"
          name={name}
          value="yes"
          required
          autofocus={hasFocus(name, denial, false) || undefined}
          aria-invalid={error === null ? undefined : 'true'}
          aria-describedby={error === null ? undefined : `${name}-error`}
        />
        {text}
      </label>
      <FieldNotes name={name} error={error} />
    </div>
  );
}
