import { usePage } from '../rendering/page-context.js';

/** Shows a time in the user's time zone. The exact time is in the tooltip. */
export function Time({ at, isRelative = false }: { at: Date; isRelative?: boolean }) {
  const { format, now } = usePage();
  return (
    <time dateTime={at.toISOString()} title={format.exactTime(at)}>
      {isRelative ? format.relativeTime(at, now) : format.time(at)}
    </time>
  );
}

/** Shows a relative time, or the text `otherwise` if `at` is `null`. */
export const OptionalTime = ({ at, otherwise }: { at: Date | null; otherwise: string }) =>
  at ? <Time at={at} isRelative /> : <>{otherwise}</>;

/**
 * This placeholder marks the position of the time in a text for `SentenceWithTime`, for example `t('…', { time:
 * TIME_PLACEHOLDER })`.
 */
export const TIME_PLACEHOLDER = '\n';

/** Shows a sentence that contains a time. The position of the time depends on the language. */
export function SentenceWithTime({ text, at, isRelative }: { text: string; at: Date; isRelative?: boolean }) {
  const [before, after] = text.split(TIME_PLACEHOLDER);
  return (
    <>
      {before}
      <Time at={at} isRelative={isRelative ?? false} />
      {after}
    </>
  );
}
