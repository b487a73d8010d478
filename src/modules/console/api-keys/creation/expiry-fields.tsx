import type { Denial } from '../../forms/form-result.js';
import { usePage } from '../../rendering/page-context.js';
import { FieldNotes, hasFocus, valueWithoutKeys } from '../../components/fields/field.js';
import { EXPIRY_DAYS, lastDayAfter, type ExpiryChoice } from './expiry.js';

interface ExpiryFieldsProps {
  readonly values: ExpiryChoice;
  readonly denial: Denial | null;
}

/**
 * The choice of when a key expires. The style sheet shows the date field only with “Custom date”. create-key.js shows the
 * exact moment.
 */
export function ExpiryFields({ values, denial }: ExpiryFieldsProps) {
  const { t, format } = usePage();
  const presets = EXPIRY_DAYS.map((days) => {
    const lastDay = lastDayAfter(values.today, days);
    const text = t('createKey.daysUntil', {
      days: t('createKey.days', { count: days }),
      date: format.day(lastDay),
    });
    return { choice: String(days), text, lastDay };
  });
  const choices = [
    { choice: 'never', text: t('createKey.never'), lastDay: undefined },
    ...presets,
    { choice: 'date', text: t('createKey.onDate'), lastDay: undefined },
  ];
  const error = denial?.errorOf('expiresAt') ?? null;
  const isKnown = choices.some(({ choice }) => choice === values.expiry);
  return (
    <fieldset class="field expiry" data-expiry>
      <legend>{t('createKey.expiry')}</legend>
      <input type="hidden" name="today" value={values.today} />
      <input type="hidden" name="timeZone" value={values.timeZone} />
      {choices.map(({ choice, text, lastDay }) => (
        <label key={choice}>
          <input
            type="radio"
            name="expiry"
            value={choice}
            checked={choice === (isKnown ? values.expiry : 'never')}
            data-last-day={lastDay}
          />
          {text}
        </label>
      ))}
      <div class={error === null ? 'expiry-date' : 'expiry-date has-error'}>
        <label for="date">{t('createKey.date')}</label>
        <input
          id="date"
          name="date"
          type="date"
          min={values.today}
          value={valueWithoutKeys(values.date)}
          autofocus={hasFocus('expiresAt', denial, false) || undefined}
          aria-invalid={error === null ? undefined : 'true'}
          aria-describedby={error === null ? 'date-hint' : 'date-hint date-error'}
        />
        <FieldNotes name="date" hint={t('createKey.dateHint')} error={error} />
      </div>
      <p
        class="quiet expiry-moment"
        aria-live="polite"
        data-moment={t('createKey.moment')}
        data-never={t('createKey.untilRevoked')}
      >
        {t('createKey.timeZone', { timeZone: values.timeZone })}
      </p>
    </fieldset>
  );
}
