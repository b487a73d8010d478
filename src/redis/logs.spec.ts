import type { Logger } from '@nestjs/common';
import { OutageLog } from './outage-log.js';
import type { RedisFailure } from './redis-failure.js';
import { ThrottledLog } from './throttled-log.js';

function recorder() {
  const lines: string[] = [];
  const keep = (level: string) => (line: string) => void lines.push(`${level}: ${line}`);
  return { lines, logger: { warn: keep('warn'), log: keep('log') } as unknown as Logger };
}

describe('the log of outages', () => {
  const outage = (sentence: string): RedisFailure => ({ kind: 'outage', sentence, stopsStart: false });
  const refusal = (sentence: string): RedisFailure => ({ kind: 'refusal', sentence, stopsStart: false });
  const meanwhile = 'Until it works again, each instance applies its share of the limits.';

  it('has one line for an outage, however it shows, and one for its end', () => {
    const { lines, logger } = recorder();
    const log = new OutageLog(logger);
    log.began(outage('Refused.'));
    log.began(outage('Timed out.'));
    expect(log.ended()).toBe(true);
    expect(lines).toEqual([`warn: Refused. ${meanwhile}`, 'log: Redis works again.']);
  });

  it('has one line for each refusal, as each needs another cure', () => {
    const { lines, logger } = recorder();
    const log = new OutageLog(logger);
    for (const sentence of ['Full.', 'Full.', 'Read-only.', 'Full.']) log.began(refusal(sentence));
    log.began(outage('Refused.'));
    expect(lines).toEqual(['Full.', 'Read-only.', 'Refused.'].map((line) => `warn: ${line} ${meanwhile}`));
  });

  it('tells of the next outage like of the first', () => {
    const { lines, logger } = recorder();
    const log = new OutageLog(logger);
    for (let i = 0; i < 2; i++) {
      log.began(outage('Refused.'));
      log.ended();
    }
    expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(2);
  });

  it('says afterwards that a connection was lost when nobody knew why', () => {
    const { lines, logger } = recorder();
    const log = new OutageLog(logger);
    log.began(null);
    expect(lines).toEqual([]);
    expect(log.ended()).toBe(true);
    expect(lines).toEqual(['log: The connection to Redis was lost and is back.']);
  });

  it('knows of no end without an outage', () => {
    const { lines, logger } = recorder();
    const log = new OutageLog(logger);
    expect(log.ended()).toBe(false);
    log.began(null);
    log.ended();
    expect(log.ended()).toBe(false);
    expect(lines).toHaveLength(1);
  });
});

describe('a log of what strangers cause', () => {
  it('has one line a minute, with how many were left out', () => {
    const { lines, logger } = recorder();
    const clock = { now: 0 };
    const log = new ThrottledLog(logger, { monotonicMs: () => clock.now });
    for (let i = 0; i < 4; i++) log.warn('Junk.');
    clock.now = 59_999;
    log.warn('Junk.');
    expect(lines).toEqual(['warn: Junk.']);
    clock.now = 60_000;
    log.warn('More junk.');
    expect(lines[1]).toBe('warn: More junk. (and 4 times more since the last such line)');
    clock.now = 119_999;
    log.warn('Junk.');
    expect(lines).toHaveLength(2);
    clock.now = 180_000;
    log.warn('Junk.');
    clock.now = 240_000;
    log.warn('Junk.');
    expect(lines.slice(2)).toEqual([
      'warn: Junk. (and 1 times more since the last such line)',
      'warn: Junk.',
    ]);
  });
});
