import {
  MAX_WAIT_MS,
  advance,
  always,
  createLimiter,
  ipv6,
  stopTime,
} from '../../../../test/support/failed-attempts.js';
import { seededRandom } from '../../../../test/support/seeded-random.js';
import { mostInAnySpan } from '../../../../test/support/spans.js';
import { AppError } from '../../../common/errors/index.js';

const WINDOW_MS = 60_000;

stopTime();

describe('on a random schedule', () => {
  /** The networks of each client. One /48 contains so many clients that they can exhaust its budget. */
  const NETWORKS = [
    ['203.0.113.1'],
    ['203.0.113.2'],
    ipv6(2, 1, 1),
    ...[1, 2, 3, 4, 5].flatMap((group) => [1, 2, 3, 4, 5].map((network) => ipv6(1, group, network))),
  ];
  const LIMITS = [5, 20, 80];

  it.each([1, 2, 3, 4, 5, 6])('denies no more and no less than the limit allows, seed %i', async (seed) => {
    const random = seededRandom(seed);
    const limiter = createLimiter(LIMITS[0]);
    const failedAt = new Map<string, number[]>();
    const startedAt = new Map<string, number[]>();
    const pending = new Map<string, number>();
    const lastStart = new Map<string, { index: number; at: number }>();
    const seen = { started: 0, waited: 0, failed: 0, tooMany: 0, unavailable: 0 };
    const add = (map: Map<string, number[]>, key: string, value: number) =>
      map.set(key, [...(map.get(key) ?? []), value]);
    const failedOf = (network: string) =>
      (failedAt.get(network) ?? []).filter((time) => time > performance.now() - WINDOW_MS);
    const taken = (network: string) => failedOf(network).length + (pending.get(network) ?? 0);

    async function call(index: number, networks: readonly string[], outcome: 'right' | 'wrong' | 'unjudged') {
      const cameAt = performance.now();
      const asked = await limiter.admitKey(networks, always).catch((error: AppError) => error);
      // First come, first served: if a later attempt has already started, it can only have started at this same moment.
      const last = lastStart.get(networks[0]!);
      if (last && last.index > index) expect(last.at).toBe(performance.now());
      if (asked instanceof AppError) return expectRightDenial(networks, asked, performance.now() - cameAt);

      seen.started++;
      lastStart.set(networks[0]!, { index: Math.max(index, last?.index ?? 0), at: performance.now() });
      if (performance.now() > cameAt) seen.waited++;
      expect(performance.now() - cameAt).toBeLessThanOrEqual(MAX_WAIT_MS);
      networks.forEach((network, width) => {
        expect(taken(network)).toBeLessThan(LIMITS[width]!);
        pending.set(network, (pending.get(network) ?? 0) + 1);
        if (outcome === 'wrong') add(startedAt, network, performance.now());
      });
      await new Promise((resolve) => setTimeout(resolve, Math.floor(random() * 1_500)));
      for (const network of networks) {
        pending.set(network, pending.get(network)! - 1);
        if (outcome === 'wrong') add(failedAt, network, performance.now());
      }
      if (outcome !== 'wrong') return asked!.giveBack();
      seen.failed++;
      asked!.fail();
    }

    function expectRightDenial(networks: readonly string[], error: AppError, waitedMs: number) {
      const seconds = Number(error.headers['Retry-After']);
      const untilOpenMs = networks.flatMap((network, width) => {
        const [times, limit] = [failedOf(network), LIMITS[width]!];
        return times.length < limit ? [] : [times[times.length - limit]! + WINDOW_MS - performance.now()];
      });
      if (error.kind.code === 'too_many_failed_attempts') {
        seen.tooMany++;
        expect(seconds).toBe(Math.ceil(Math.max(...untilOpenMs) / 1_000));
        return;
      }
      seen.unavailable++;
      expect(error.kind.code).toBe('unavailable');
      expect(untilOpenMs).toEqual([]);
      expect(waitedMs).toBe(MAX_WAIT_MS);
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(5);
    }

    const calls: Promise<void>[] = [];
    for (let index = 0; index < 3_000; index++) {
      // Wrong keys come in waves, so that windows fill up and empty again.
      const isWave = Math.floor(index / 300) % 2 === 0;
      const kind = random();
      const outcome = kind < (isWave ? 0.3 : 0.02) ? 'wrong' : kind < 0.9 ? 'right' : 'unjudged';
      calls.push(call(index, NETWORKS[Math.floor(random() * NETWORKS.length)]!, outcome));
      await advance(random() < 0.5 ? 0 : Math.floor(random() * 250));
    }
    await advance(10_000);
    await Promise.all(calls);

    for (const networks of NETWORKS) {
      networks.forEach((network, width) => {
        for (const times of [startedAt.get(network) ?? [], failedAt.get(network) ?? []]) {
          expect(mostInAnySpan(times, WINDOW_MS)).toBeLessThanOrEqual(LIMITS[width]!);
        }
      });
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });
});
