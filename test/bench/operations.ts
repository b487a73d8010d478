import { median } from './statistics.js';
import type { Row } from './table.js';

const ROUNDS = 15;
const ROUND_MS = 40;

type Operation = () => unknown;

/** An operation in the server's implementation and in the obvious one. */
export interface Trick {
  readonly what: string;
  readonly service: Operation;
  readonly plain: Operation;
}

/** Alternates between the two, because background load changes over time. */
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

/** Stores the results, so that no compiler removes an operation. */
let latest: unknown;

/** Microseconds per operation. */
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
