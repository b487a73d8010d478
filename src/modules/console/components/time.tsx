import type { LocaleFormats } from '../rendering/formats.js';
import { usePage } from '../rendering/page-context.js';

interface TimeProps {
  readonly at: Date;
  readonly isRelative?: boolean;
  /** Whether something ends at this time. The end of a day is then shown as the last moment of that day. */
  readonly isEnd?: boolean;
}

/** Shows a time in the user's time zone. The exact time is in the tooltip. */
export function Time({ at, isRelative = false, isEnd = false }: TimeProps) {
  const { format, now } = usePage();
  const shown = isEnd ? lastMoment(at, format) : at;
  return (
    <time dateTime={at.toISOString()} title={format.exactTime(shown)}>
      {isRelative ? format.relativeTime(shown, now) : format.time(shown)}
    </time>
  );
}

/** Returns the moment before a day begins, or the time itself if no day begins at that time. */
function lastMoment(at: Date, format: LocaleFormats): Date {
  const before = new Date(at.getTime() - 1);
  return format.date(before) === format.date(at) ? at : before;
}

interface OptionalTimeProps extends Pick<TimeProps, 'isEnd'> {
  readonly at: Date | null;
  readonly otherwise: string;
}

/** Shows a relative time, or the text `otherwise` if `at` is `null`. */
export const OptionalTime = ({ at, otherwise, isEnd = false }: OptionalTimeProps) =>
  at ? <Time at={at} isRelative isEnd={isEnd} /> : <>{otherwise}</>;

/**
 * This placeholder marks the position of the time in a text for `SentenceWithTime`, for example `t('…', { time:
 * TIME_PLACEHOLDER })`.
 */
export const TIME_PLACEHOLDER = '\n';

/** Shows a sentence that contains a time. The position of the time depends on the language. */
export function SentenceWithTime({ text, ...time }: TimeProps & { readonly text: string }) {
  const [before, after] = text.split(TIME_PLACEHOLDER);
  return (
    <>
      {before}
      <Time {...time} />
      {after}
    </>
  );
}
