import { usePage } from '../rendering/page-context.js';

/** A time in UTC. In the browser, console.js shows it in the local time zone, or relative to now. */
export function Time({ at, isRelative = false }: { at: Date; isRelative?: boolean }) {
  const { format } = usePage();
  return (
    <time dateTime={at.toISOString()} data-relative={isRelative ? '' : undefined}>
      {format.time(at)}
    </time>
  );
}

/** A relative time, or `otherwise` if there is none. */
export const MaybeTime = ({ at, otherwise }: { at: Date | null; otherwise: string }) =>
  at ? <Time at={at} isRelative /> : <>{otherwise}</>;

/** Stands for the time in a text of `SentenceWithTime`: `t('…', { time: TIME_PLACEHOLDER })`. */
export const TIME_PLACEHOLDER = '\n';

/** A sentence that contains a time. Its position depends on the language. */
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
