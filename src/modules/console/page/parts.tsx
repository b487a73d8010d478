import { h, type ComponentChildren } from 'preact';
import { redactKeys } from '../../../common/text/redact-keys.js';
import type { ErrorKind, FieldError } from '../../../common/errors/index.js';
import { NO_ROOM_FOR_API_KEY } from '../../api-keys/index.js';
import { TEMPORARY_PASSWORD_ENDED } from '../../auth/index.js';
import type { Translate } from '../languages.js';
import { isFieldError, type Refusal } from './forms.js';
import { usePage } from './page-context.js';
import { fillIn } from '../../../common/errors/index.js';

/** A moment: in UTC from the server; the page's script writes it as the visitor's zone has it. */
export function Time({ at, isRelative = false }: { at: Date; isRelative?: boolean }) {
  const { format } = usePage();
  return (
    <time dateTime={at.toISOString()} data-relative={isRelative ? '' : undefined}>
      {format.time(at)}
    </time>
  );
}

/** A moment, or a word where there is none. */
export const MaybeTime = ({ at, otherwise }: { at: Date | null; otherwise: string }) =>
  at ? <Time at={at} isRelative /> : <>{otherwise}</>;

/** A state, told by its word and its colour. */
export function Badge({ state }: { state: 'active' | 'revoked' | 'expired' | 'suspended' }) {
  const { t } = usePage();
  return <span class={`badge ${state}`}>{t(`status.${state}`)}</span>;
}

/** A text in which backticks mark what is typed as it stands. */
export const Rich = ({ text }: { text: string }) => (
  <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>
);

/** What is wrong with a field, in the page's language; an error of a team's code has its own sentence only. */
export function fieldText(t: Translate, { code, message, params }: FieldError): string {
  const texts = t('field', { returnObjects: true }) as Readonly<Record<string, string>>;
  return Object.hasOwn(texts, code) ? fillIn(texts[code]!, params) : message;
}

/** The texts of errors whose code has two meanings here. */
const SECOND_MEANINGS: ReadonlyMap<ErrorKind, string> = new Map([
  [NO_ROOM_FOR_API_KEY, 'no_room_for_api_key'],
  [TEMPORARY_PASSWORD_ENDED, 'temporary_password_ended'],
]);

/** What an error says, in the page's language. */
export const errorText = (t: Translate, { error }: Pick<Refusal, 'error'>): string => {
  const texts = t('problem', { returnObjects: true }) as Readonly<Record<string, string>>;
  const name = SECOND_MEANINGS.get(error.kind) ?? error.kind.code;
  // A team's own error says it in its own words.
  return texts[name] ?? (error.kind.status < 500 ? error.message : texts['internal_error']!);
};

/** How long to wait, where the error says so. */
export function RetryAfter({ error }: Pick<Refusal, 'error'>) {
  const { t } = usePage();
  const seconds = Number(error.headers['Retry-After']);
  return seconds > 0 ? <> {t('error.retry', { count: seconds })}</> : null;
}

/**
 * Says above a form why it was refused.
 * @param hidden a field that the page does not show, such as where a list goes on.
 */
export function RefusalNotice({ refusal, hidden }: { refusal: Refusal | null; hidden?: string }) {
  const { t } = usePage();
  if (!refusal) return null;
  const ofHidden = hidden === undefined ? null : refusal.fieldError(hidden);
  const ofFields = ofHidden === null ? t('error.fields') : fieldText(t, ofHidden);
  return (
    <div role="alert" class="notice bad">
      {isFieldError(refusal) ? ofFields : errorText(t, refusal)}
      <RetryAfter error={refusal.error} />
    </div>
  );
}

/** Says that something was done. */
export const Done = ({ children }: { children: ComponentChildren }) => (
  <div role="status" class="notice good">
    {children}
  </div>
);

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly isOptional?: boolean;
  readonly refusal: Refusal | null;
  // As HTML has them:
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

/** More than any field takes. */
const MAX_SHOWN_AGAIN = 1_000;

/** What was typed, but for a key that somebody pasted into the wrong field, and for what is far too long to correct. */
export const shownAgain = (text: string | undefined) =>
  text && (text.length > MAX_SHOWN_AGAIN || redactKeys(text) !== text) ? '' : text;

/** A field with its label, and beside it what was wrong with what stood in it. */
export function Field({ name, label, hint, isOptional, refusal, ...input }: FieldProps) {
  const { t } = usePage();
  const error = refusal?.fieldError(name) ?? null;
  const described = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={name}>
        {label}
        {isOptional && <span class="optional"> ({t('common.optional')})</span>}
      </label>
      {/* Not as `<input>`: its type wants to know the field's type beforehand. */}
      {h('input', {
        id: name,
        name,
        'aria-invalid': error === null ? undefined : 'true',
        'aria-describedby': described || undefined,
        ...input,
        value: shownAgain(input.value),
      })}
      <FieldNotes name={name} hint={hint} error={error} />
    </div>
  );
}

/** The hint and the error of a field, under the ids that its `aria-describedby` names. */
export function FieldNotes(props: { name: string; hint?: string | undefined; error: FieldError | null }) {
  const { t } = usePage();
  return (
    <>
      {props.hint && <small id={`${props.name}-hint`}>{props.hint}</small>}
      {props.error && (
        <small id={`${props.name}-error`} class="wrong">
          {fieldText(t, props.error)}
        </small>
      )}
    </>
  );
}

interface SelectProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (readonly [value: string, text: string])[];
  readonly refusal: Refusal | null;
}

/** One of some values. */
export function Select({ name, label, value, choices, refusal }: SelectProps) {
  const error = refusal?.fieldError(name) ?? null;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select
        id={name}
        name={name}
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

/** A button that leads to another page; a form, so that it works without a script. */
export function GoButton(props: {
  to: string;
  children: ComponentChildren;
  class?: string;
  /** Hidden fields of the query. */
  query?: Readonly<Record<string, string>>;
  /** Whether the script may show that page in a dialog. */
  isDialog?: boolean;
}) {
  const { link } = usePage();
  return (
    <form method="get" action={link(props.to)} data-dialog={props.isDialog ? '' : undefined}>
      {Object.entries(props.query ?? {}).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button class={props.class}>{props.children}</button>
    </form>
  );
}
