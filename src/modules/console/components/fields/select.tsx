import type { Denial } from '../../forms/form-result.js';
import { usePage } from '../../rendering/page-context.js';
import { FieldNotes, hasFocus } from './field.js';

interface SelectProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (readonly [value: string, text: string])[];
  readonly denial: Denial | null;
}

/** A drop-down list with its label and error. */
export function Select({ name, label, value, choices, denial }: SelectProps) {
  const error = denial?.errorOf(name) ?? null;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select
        id={name}
        name={name}
        autofocus={hasFocus(name, denial, false) || undefined}
        aria-invalid={error === null ? undefined : 'true'}
        aria-describedby={error === null ? undefined : `${name}-error`}
      >
        {choices.map(([choice, text]) => (
          <option key={choice} value={choice} selected={choice === value}>
            {text}
          </option>
        ))}
      </select>
      <FieldNotes name={name} error={error} />
    </div>
  );
}

interface FilterSelectProps<T extends string> {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly choices: readonly T[];
  readonly textOf: (choice: T) => string;
  readonly denial: Denial | null;
}

/** A drop-down list for a filter. Its first choice, “All”, turns the filter off. */
export function FilterSelect<T extends string>({ choices, textOf, ...select }: FilterSelectProps<T>) {
  const { t } = usePage();
  const all = choices.map((choice) => [choice, textOf(choice)] as const);
  return <Select {...select} choices={[['', t('common.any')], ...all]} />;
}
