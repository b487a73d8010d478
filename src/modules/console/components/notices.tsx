import type { ComponentChildren } from 'preact';
import type { FieldErrorParams } from '../../../common/errors/index.js';
import { isFieldDenial, type Denial } from '../forms/form-result.js';
import { errorText, fieldErrorText } from '../i18n/error-texts.js';
import { usePage } from '../rendering/page-context.js';
import { Countdown } from './countdown.js';

interface DenialNoticeProps {
  readonly denial: Denial | null;
  /**
   * A field that the page doesn't show, for example `cursor`. If this field has an error, the notice shows that error.
   */
  readonly hiddenField?: string;
  /** The values of the variables in the error's text, if it has any. */
  readonly params?: FieldErrorParams;
  /** More sentences for the notice. */
  readonly children?: ComponentChildren;
}

/** Explains above a form or list why the request was denied. */
export function DenialNotice({ denial, hiddenField, params, children }: DenialNoticeProps) {
  const { t } = usePage();
  if (!denial) return null;
  const hiddenError = hiddenField === undefined ? null : denial.errorOf(hiddenField);
  const fieldText = hiddenError === null ? t('error.fields') : fieldErrorText(t, hiddenError);
  return (
    <div role="alert" class="notice bad">
      {isFieldDenial(denial) ? fieldText : errorText(t, denial.error, params)}
      <RetryAfter error={denial.error} />
      {children}
    </div>
  );
}

/** Tells the user how long to wait, if the error has a `Retry-After` header. */
export function RetryAfter({ error }: Pick<Denial, 'error'>) {
  const seconds = Number(error.headers['Retry-After']);
  if (!(seconds > 0)) return null;
  return (
    <>
      {' '}
      <Countdown seconds={seconds} />
    </>
  );
}
