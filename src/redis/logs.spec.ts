import type { Logger } from '@nestjs/common';
import { OutageLog } from './outage-log.js';
import type { RedisFailure } from './redis-failure.js';
import { ThrottledLog } from './throttled-log.js';

function recorder() {
  const lines: string[] = [];
  const keep = (level: string) => (line: string) => void lines.push(`${level}: ${line}`);
  return { lines, logger: { warn: keep('warn'), log: keep('log') } as unknown as Logger };
}

describe('the outage log', () => {
  const unreachable = (message: string): RedisFailure => ({
    kind: 'unreachable',
    message,
    isFatalAtStart: false,
  });
  const unusable = (message: string): RedisFailure => ({ kind: 'unusable', message, isFatalAtStart: false });
  const meanwhile = 'Until Redis works again, each instance applies its share of the rate limits.';

  it('has one line when Redis becomes unreachable, and one when it works again', () => {
    const { lines, logger } = recorder();
    const log = new OutageLog(logger);
    log.began(unreachable('Refused.'));
    log.began(unreachable('Timed out.'));
    expect(log.ended()).toBe(true);
    expect(lines).toEqual([`warn: Refused. ${meanwhile}`, 'log: Redis is working again.']);
  });

  it('has one line for each other failure, because each needs its own fix', () => {
    const { lines, logger } = recorder();
    const log = new OutageLog(logger);
    for (const message of ['Full.', 'Full.', 'Read-only.', 'Full.']) log.began(unusable(message));
    log.began(unreachable('Refused.'));
    expect(lines).toEqual(['Full.', 'Read-only.', 'Refused.'].map((line) => `warn: ${line} ${meanwhile}`));
  });

  it('logs the next outage like the first', () => {
    const { lines, logger } = recorder();
    const log = new OutageLog(logger);
    for (let i = 0; i < 2; i++) {
      log.began(unreachable('Refused.'));
      log.ended();
    }
    expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(2);
  });

  it('logs a lost connection without a known cause when the connection is restored', () => {
    const { lines, logger } = recorder();
    const log = new OutageLog(logger);
    log.began(null);
    expect(lines).toEqual([]);
    expect(log.ended()).toBe(true);
    expect(lines).toEqual(['log: The connection to Redis was lost and has been restored.']);
  });

  it('logs no end without an outage', () => {
    const { lines, logger } = recorder();
    const log = new OutageLog(logger);
    expect(log.ended()).toBe(false);
    log.began(null);
    log.ended();
    expect(log.ended()).toBe(false);
    expect(lines).toHaveLength(1);
  });
});

describe('the throttled log', () => {
  it('has one line a minute, with the number of suppressed warnings', () => {
    const { lines, logger } = recorder();
    const clock = { now: 0 };
    const log = new ThrottledLog(logger, { monotonicMs: () => clock.now });
    for (let i = 0; i < 4; i++) log.warn('Junk.');
    clock.now = 59_999;
    log.warn('Junk.');
    expect(lines).toEqual(['warn: Junk.']);
    clock.now = 60_000;
    log.warn('More junk.');
    expect(lines[1]).toBe('warn: More junk. (and 4 more since the last warning)');
    clock.now = 119_999;
    log.warn('Junk.');
    expect(lines).toHaveLength(2);
    clock.now = 180_000;
    log.warn('Junk.');
    clock.now = 240_000;
    log.warn('Junk.');
    expect(lines.slice(2)).toEqual(['warn: Junk. (and 1 more since the last warning)', 'warn: Junk.']);
  });
});
