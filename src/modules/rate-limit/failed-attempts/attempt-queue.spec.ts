import {
  ADDRESS,
  MAX_WAIT_MS,
  advance,
  ask,
  createLimiter,
  denied,
  ipv6,
  many,
  retryAfter,
  started,
  stopTime,
  type Asked,
} from '../../../../test/support/failed-attempts.js';

const WINDOW_MS = 60_000;

stopTime();

it('starts attempts at once while there is room, and the others when their turn comes', async () => {
  const limiter = createLimiter();
  const asked = many(30, () => ask(limiter));
  await advance(0);
  expect(started(asked)).toEqual(asked.slice(0, 20));
  asked[7]!.attempt!.giveBack();
  await advance(0);
  expect(started(asked)).toEqual(asked.slice(0, 21));
  for (const { attempt } of asked.slice(8, 18)) attempt!.giveBack();
  await advance(0);
  expect(started(asked)).toEqual(asked);
});

it('answers unavailable after exactly two seconds without a turn', async () => {
  const limiter = createLimiter();
  const asked = many(120, () => ask(limiter));
  await advance(MAX_WAIT_MS - 1);
  expect(denied(asked, 'unavailable')).toEqual([]);
  await advance(1);
  const late = denied(asked, 'unavailable');
  expect(late).toEqual(asked.slice(20));
  // The first waiting attempt gets a short Retry-After. Each later one must also wait for the attempts ahead of it.
  expect(late.map(retryAfter)).toEqual(late.map((_, i) => Math.min(5, Math.ceil(((i + 1) * 50) / 1_000))));
  expect(retryAfter(late[0]!)).toBe(1);
  expect(retryAfter(late.at(-1)!)).toBe(5);
  expect(denied(asked, 'too_many_failed_attempts')).toEqual([]);
});

it('computes Retry-After from how fast the queue moves', async () => {
  const limiter = createLimiter(1);
  const asked = many(256, () => ask(limiter));
  // Each attempt takes ten milliseconds.
  for (let i = 0; i < 199; i++) {
    await advance(10);
    asked[i]!.attempt!.giveBack();
  }
  await advance(10);
  const late = denied(asked, 'unavailable');
  expect(late).toHaveLength(56);
  expect(new Set(late.map(retryAfter))).toEqual(new Set([1]));
});

it('denies waiting attempts at once when failed ones alone reach the limit', async () => {
  const limiter = createLimiter();
  const asked = many(40, () => ask(limiter));
  await advance(1_000);
  for (const { attempt } of asked.slice(0, 19)) attempt!.fail();
  await advance(0);
  expect(asked.filter(({ error }) => error)).toEqual([]);
  asked[19]!.attempt!.fail();
  await advance(0);
  const told = denied(asked, 'too_many_failed_attempts');
  expect(told).toEqual(asked.slice(20));
  expect(told.map(retryAfter)).toEqual(Array(20).fill(60));
});

it('gives room that time makes to the attempt that has waited longest', async () => {
  const limiter = createLimiter(2);
  const [guess] = many(1, () => ask(limiter));
  await advance(0);
  guess!.attempt!.fail();
  await advance(WINDOW_MS - 1_000);
  const [pending, first] = many(2, () => ask(limiter));
  await advance(1_000);
  expect([pending!.attempt, first!.attempt]).toEqual([expect.anything(), undefined]);
  const second = ask(limiter);
  await advance(0);
  expect([first!.attempt, second.attempt]).toEqual([expect.anything(), undefined]);
});

it('gives room that time has made to an attempt at the end of its wait, without another request', async () => {
  const limiter = createLimiter(2);
  const guess = ask(limiter);
  await advance(0);
  guess.attempt!.fail();
  await advance(WINDOW_MS - 1_500);
  const [pending, waiting] = many(2, () => ask(limiter));
  await advance(MAX_WAIT_MS);
  expect(pending!.attempt).toEqual(expect.anything());
  expect(waiting!.attempt).toEqual(expect.anything());
});

it('starts an attempt that waited for another network of the same /48', async () => {
  const limiter = createLimiter(1);
  const asked = many(5, (network) => ask(limiter, ipv6(1, 1, network)));
  await advance(0);
  // At most four attempts may be pending in one /56.
  expect(started(asked)).toEqual(asked.slice(0, 4));
  asked[0]!.attempt!.giveBack();
  await advance(0);
  expect(started(asked)).toEqual(asked);
});

it('does not count idle time as the time of a turn', async () => {
  const limiter = createLimiter(1);
  const [one, two] = many(2, () => ask(limiter));
  await advance(10);
  one!.attempt!.giveBack();
  await advance(0);
  await advance(30_000);
  const three = ask(limiter);
  await advance(10);
  two!.attempt!.giveBack();
  await advance(0);
  expect(three.attempt).toEqual(expect.anything());
  const late = ask(limiter);
  await advance(MAX_WAIT_MS);
  expect(retryAfter(late)).toBe(1);
});

it('starts no attempt that is no longer needed, and starts the next instead', async () => {
  const limiter = createLimiter(1);
  let isNeeded = true;
  const asked = [ask(limiter), ask(limiter, ADDRESS, () => isNeeded), ask(limiter)];
  await advance(0);
  isNeeded = false;
  asked[0]!.attempt!.giveBack();
  await advance(0);
  expect(asked[1]!.attempt).toBeNull();
  expect(asked[2]!.attempt).toEqual(expect.anything());
});

it('lets 256 attempts wait at one address and 1,024 in all, and answers the next at once', async () => {
  const limiter = createLimiter(1);
  const networks = (n: number) => [`203.0.113.${n}`];
  const places: Asked[][] = [];
  for (let n = 0; n < 4; n++) {
    places.push(many(1 + 256 + 3, () => ask(limiter, networks(n))));
    await advance(0);
    expect(denied(places[n]!, 'unavailable')).toEqual(places[n]!.slice(-3));
  }
  const elsewhere = many(2, () => ask(limiter, networks(9)));
  await advance(0);
  // This address has room for one attempt. The second attempt would have to wait, but the queue is full.
  expect(started(elsewhere)).toEqual([elsewhere[0]]);
  expect(denied(elsewhere, 'unavailable')).toEqual([elsewhere[1]]);
  places[0]![0]!.attempt!.giveBack();
  const next = ask(limiter, networks(9));
  await advance(0);
  expect(next.error).toBeUndefined();
});

it('gives the places of clients that hung up to new ones', async () => {
  const limiter = createLimiter(1);
  let areThere = true;
  const pending = ask(limiter);
  const gone = many(256, () => ask(limiter, ADDRESS, () => areThere));
  await advance(0);
  areThere = false;
  const next = ask(limiter);
  await advance(0);
  expect(next.error).toBeUndefined();
  expect(gone.every(({ attempt }) => attempt === null)).toBe(true);
  pending.attempt!.giveBack();
  await advance(0);
  expect(next.attempt).toEqual(expect.anything());
});
