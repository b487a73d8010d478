import type { Denial } from '../forms/form-result.js';
import { usePage } from '../rendering/page-context.js';
import { DescriptionField, KeyNameField } from './key-fields.js';

/** The values of the form, as they are stored or as they were submitted. */
export interface KeyValues {
  readonly name: string;
  readonly description: string;
}

interface EditKeyProps {
  /** The path to which the form is sent. */
  readonly path: string;
  readonly values: KeyValues;
  readonly denial: Denial | null;
}

/** A form for the name and description of a key. It is closed until the user opens it, or if it was denied. */
export function EditKey({ path, values, denial }: EditKeyProps) {
  const { t, link } = usePage();
  return (
    <details open={denial !== null}>
      <summary>{t('keyPage.edit')}</summary>
      <form method="post" action={link(path)}>
        <KeyNameField value={values.name} denial={denial} />
        <DescriptionField value={values.description} denial={denial} />
        <button type="submit" class="secondary">
          {t('common.save')}
        </button>
      </form>
    </details>
  );
}
