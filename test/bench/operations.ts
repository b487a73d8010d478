import { median } from './statistics.js';
import type { Row } from './table.js';

const ROUNDS = 15;
const ROUND_MS = 40;

type Operation = () => unknown;

/** An operation as the server does it, and the same in the obvious way. */
export interface Trick {
  readonly what: string;
  readonly service: Operation;
  readonly plain: Operation;
}

/** Both in turns, since what else runs on the machine changes. */
export async function compare({ what, service, plain }: Trick): Promise<Row> {
  await Promise.all([time(service), time(plain)]);
  const rounds: { service: number; plain: number }[] = [];
  for (let i = 0; i < ROUNDS; i++) rounds.push({ service: await time(service), plain: await time(plain) });
  return {
    what,
    measured: shown(median(rounds.map((round) => round.service))),
    against: shown(median(rounds.map((round) => round.plain))),
    ratio: median(rounds.map((round) => round.plain / round.service)),
    target: null,
  };
}

/** Kept, so that no compiler leaves an operation out. */
let latest: unknown;

/** Microseconds an operation. */
async function time(operation: Operation): Promise<number> {
  const isAsync = operation() instanceof Promise;
  let count = 0;
  const start = performance.now();
  let elapsed = 0;
  while (elapsed < ROUND_MS) {
    for (let i = 0; i < 50; i++) {
      latest = operation();
      if (isAsync) await latest;
    }
    count += 50;
    elapsed = performance.now() - start;
  }
  return (elapsed * 1_000) / count;
}

const shown = (microseconds: number): string => `${microseconds.toFixed(2)} µs`;
