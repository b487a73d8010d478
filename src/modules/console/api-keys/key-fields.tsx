import { MAX_NAME_LENGTH } from '../../../common/text/name-length.js';
import { MAX_DESCRIPTION_LENGTH, MAX_REASON_LENGTH } from '../../api-keys/index.js';
import { Field, type FieldProps } from '../components/fields/field.js';
import { TextArea } from '../components/fields/text-area.js';
import { usePage } from '../rendering/page-context.js';

type KeyFieldProps = Pick<FieldProps, 'denial' | 'hint' | 'autofocus'> & { readonly value: string };

export function KeyNameField(props: KeyFieldProps) {
  const { t } = usePage();
  return (
    <Field
      name="name"
      label={t('common.name')}
      maxLength={MAX_NAME_LENGTH}
      autocomplete="off"
      required
      {...props}
    />
  );
}

export function DescriptionField({ value, denial }: Pick<KeyFieldProps, 'value' | 'denial'>) {
  const { t } = usePage();
  return (
    <TextArea
      name="description"
      label={t('keyPage.description')}
      hint={t('keyPage.descriptionHint')}
      value={value}
      maxLength={MAX_DESCRIPTION_LENGTH}
      denial={denial}
    />
  );
}

export function ReasonField({ value, denial }: KeyFieldProps) {
  const { t } = usePage();
  return (
    <Field
      name="reason"
      label={t('revoke.reason')}
      hint={t('revoke.reasonHint')}
      isOptional
      value={value}
      maxLength={MAX_REASON_LENGTH}
      autocomplete="off"
      denial={denial}
    />
  );
}
