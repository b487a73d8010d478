import { usePage } from '../rendering/page-context.js';

/** A moment in UTC. In the browser, console.js shows it in the local time zone. */
export function Time({ at, isRelative = false }: { at: Date; isRelative?: boolean }) {
  const { format } = usePage();
  return (
    <time dateTime={at.toISOString()} data-relative={isRelative ? '' : undefined}>
      {format.time(at)}
    </time>
  );
}

/** A relative moment, or another text when there is none. */
export const MaybeTime = ({ at, otherwise }: { at: Date | null; otherwise: string }) =>
  at ? <Time at={at} isRelative /> : <>{otherwise}</>;

/** Marks where a text of the catalogue holds the moment: `t('…', { time: TIME })`. */
export const TIME = '\n';

/** A sentence with a moment in it. Languages put the moment in different places. */
export function SentenceWithTime({ text, at, isRelative }: { text: string; at: Date; isRelative?: boolean }) {
  const [before, after] = text.split(TIME);
  return (
    <>
      {before}
      <Time at={at} isRelative={isRelative ?? false} />
      {after}
    </>
  );
}
