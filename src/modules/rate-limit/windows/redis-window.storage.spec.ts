import { LogLines } from '../../../../test/support/log-lines.js';
import { SystemClock } from '../../../common/clock.js';
import { RedisUnavailableError, type RedisLink } from '../../../redis/index.js';
import { parseEnv } from '../../../settings/index.js';
import { RedisWindowStorage } from './redis-window.storage.js';

let log: LogLines;

beforeEach(() => (log = LogLines.record()));

afterEach(() => log.stop());

/**
 * Counts a request and then removes it again.
 * @param error the error with which Redis replies to the removal.
 */
async function giveBackWith(error: Error): Promise<void> {
  const link = {
    setProbe: () => undefined,
    runScript: async () => [1, 1, 60_000_000, 0, 0, 0, 1_000],
    send: () => Promise.reject(error),
  };
  const storage = new RedisWindowStorage(link as unknown as RedisLink, parseEnv({}), new SystemClock());
  const { giveBack } = await storage.take('orders:ada', 5, 60);
  await giveBack();
}

it('logs that a request stays counted if Redis refuses to remove it', async () => {
  await giveBackWith(new Error("NOPERM this user has no permissions to run the 'lrem' command"));
  expect(log.lines).toEqual([
    expect.stringMatching(
      /^Redis rejected the removal of a request from chameleon:window:orders:ada, .*NOPERM/,
    ),
  ]);
});

it('leaves it to the link to log that Redis is unavailable', async () => {
  await giveBackWith(new RedisUnavailableError('no reply'));
  expect(log.lines).toEqual([]);
});
