import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidationFeedReader, InvalidationBus } from '../../src/invalidation/index.js';
import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { FlakyNetwork } from '../support/flaky-network.js';
import { LogLines } from '../support/log-lines.js';
import { describeWithRedis, PrivateRedis } from '../support/redis.js';

const CHANNEL = 'chameleon:changes';

describeWithRedis('messages about changes', () => {
  let redis: PrivateRedis;
  let app: TestApp;
  let log: LogLines;
  let hints: number;
  /** What the caches were told to drop: everything, or this many subjects. */
  let dropped: { everything: number; subjects: number };

  async function start(url = redis.url()): Promise<void> {
    app = await TestApp.start(DATABASES[0]!, { env: { REDIS_URL: url } });
    log = LogLines.record();
    hints = 0;
    dropped = { everything: 0, subjects: 0 };
    app.nest.get(InvalidationBus).subscribe({
      invalidated: ({ length }) => (dropped.subjects += length),
      everythingInvalidated: () => dropped.everything++,
    });
    const feed = app.nest.get(InvalidationFeedReader);
    const hint = feed.hint.bind(feed);
    feed.hint = () => {
      hints++;
      hint();
    };
  }

  const subscribers = async (): Promise<number> =>
    ((await redis.admin.call('PUBSUB', 'NUMSUB', CHANNEL)) as [string, number])[1];
  const subscribed = () => eventually('a subscriber is connected', async () => (await subscribers()) === 1);
  const status = async () => ((await app.http.get('/health/ready')).body as { status: string }).status;

  /** Makes a change that other instances must learn of. */
  async function change(): Promise<void> {
    const { id, key } = await app.createCaller();
    await app.http.post(`/api/v1/api-keys/${id}/revoke`).set('X-API-Key', key).expect(200);
  }

  /** Makes a change and expects its message to arrive. */
  async function changeArrives(): Promise<void> {
    const before = hints;
    await change();
    await eventually('the message has arrived', () => hints > before, 2_000);
  }

  beforeEach(async () => {
    redis = await PrivateRedis.start();
  });

  afterEach(async () => {
    log.stop();
    await app.stop();
    await redis.remove();
  });

  it('arrive', async () => {
    await start();
    await subscribed();
    await changeArrives();
    expect(log.lines).toEqual([]);
  });

  it('clear no cache and cost one log line if they are junk', async () => {
    await start();
    await subscribed();
    const { key } = await app.createCaller();
    await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);
    await sleep(300);
    Object.assign(dropped, { everything: 0, subjects: 0 });
    const junk = [
      'junk',
      '',
      '{',
      'null',
      '[[[[',
      `[${'['.repeat(50_000)}`,
      'x'.repeat(1_000_000),
      JSON.stringify([{ subject: 'user', id: 'somebody' }]),
      JSON.stringify([{ subject: 'api_key', id: key.split('_')[1] }]),
      JSON.stringify(Array(1_000).fill({ subject: 'user', id: 'somebody' })),
    ];
    const statuses = new Set<number>();
    for (let second = 0; second < 2; second++) {
      const pipeline = redis.admin.pipeline();
      for (const message of junk) pipeline.publish(CHANNEL, message);
      for (let i = 0; i < 10_000; i++) pipeline.publish(CHANNEL, `[{"subject":"user","id":"${i}"}]`);
      // The one valid message, from a stranger.
      for (let i = 0; i < 1_000; i++) pipeline.publish(CHANNEL, '[]');
      const published = pipeline.exec();
      for (let i = 0; i < 10; i++)
        statuses.add((await app.http.get('/api/v1/me').set('X-API-Key', key)).status);
      await published;
    }
    await eventually('all messages are read', () => hints >= 2_000);
    expect([...statuses]).toEqual([200]);
    expect(dropped).toEqual({ everything: 0, subjects: 0 });
    expect(log.lines).toEqual([expect.stringMatching(/Another program is writing to the Redis channel/)]);
    expect(await status()).toBe('ok');
  });

  it('affect no limit if Redis rejects them; they cost one log line, and another once they pass again', async () => {
    const user = ['ACL', 'SETUSER', 'me', 'reset', 'on', '>secret', '~*', '+@all'] as const;
    await redis.admin.call(...user, 'allchannels');
    await start(redis.url('me:secret'));
    await subscribed();
    await redis.admin.call(...user, 'resetchannels');
    const { key } = await app.createCaller();
    for (let i = 1; i <= 5; i++) {
      await change();
      const response = await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);
      expect(response.headers['x-ratelimit-remaining']).toBe(String(100 - i));
      expect(await status()).toBe('ok');
    }
    await eventually('the line is logged', () => log.about(/rejects the subscription/).length > 0);
    expect(log.about(/rejects messages to the channel/)).toHaveLength(1);
    expect(log.about(/rejects the subscription/)).toHaveLength(1);
    expect(log.lines).toHaveLength(2);

    await redis.admin.call(...user, 'allchannels');
    await change();
    await eventually('a subscriber is connected', async () => (await subscribers()) === 1, 15_000);
    await changeArrives();
    expect(log.about(/are arriving through Redis again/)).toHaveLength(2);
    expect(log.lines).toHaveLength(4);
  });

  it('arrive again after both connections were killed under load, and no request fails', async () => {
    await start();
    await subscribed();
    const { key } = await app.createCaller();
    const statuses: number[] = [];
    let isOver = false;
    const load = Array.from({ length: 4 }, async () => {
      while (!isOver) statuses.push((await app.http.get('/api/v1/me').set('X-API-Key', key)).status);
    });
    for (let i = 0; i < 3; i++) {
      await redis.admin.client('KILL', 'TYPE', 'normal');
      await redis.admin.client('KILL', 'TYPE', 'pubsub');
      await sleep(700);
    }
    await eventually('enough requests', () => statuses.length >= 150, 20_000);
    isOver = true;
    await Promise.all(load);
    expect(statuses.filter((each) => each === 200)).toHaveLength(100);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    await eventually('ok', async () => (await status()) === 'ok', 3_000);
    await subscribed();
    await changeArrives();
    expect(log.lines).toEqual(Array(3).fill('The connection to Redis was lost and has been restored.'));
  });

  it('are received on a new connection if the subscriber hangs or has lost its subscription', async () => {
    const network = await FlakyNetwork.to('127.0.0.1', redis.port);
    await start(`redis://127.0.0.1:${network.port}`);
    await subscribed();
    const listeners = async (): Promise<string[]> => {
      const list = String(await redis.admin.call('CLIENT', 'LIST', 'TYPE', 'pubsub'));
      return [...list.matchAll(/^id=(\d+) /gm)].map(([, id]) => id!);
    };
    const [before] = await listeners();
    network.stallMatching(/subscribe/i);
    await eventually(
      'another subscriber is connected',
      async () => (await listeners()).some((id) => id !== before),
      15_000,
    );
    await changeArrives();
    expect(log.lines[0]).toMatch(/aren't arriving/);
    await network.close();
  });
});
