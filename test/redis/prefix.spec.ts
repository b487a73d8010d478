import { InvalidationFeedReader, InvalidationBus } from '../../src/invalidation/index.js';
import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { describeWithRedis, PrivateRedis } from '../support/redis.js';

describeWithRedis('two installations on one Redis', () => {
  let redis: PrivateRedis;
  let one: TestApp;
  let other: TestApp;

  beforeAll(async () => {
    redis = await PrivateRedis.start();
    const start = (prefix: Record<string, string>) =>
      TestApp.start(DATABASES[0]!, {
        env: { REDIS_URL: redis.url(), RATE_LIMIT_ANONYMOUS: '5', ...prefix },
      });
    one = await start({});
    other = await start({ REDIS_PREFIX: 'acme' });
  });

  afterAll(async () => {
    await one.stop();
    await other.stop();
    await redis.remove();
  });

  it('count against separate limits', async () => {
    // Both see the same address.
    for (let i = 0; i < 5; i++) await one.http.get('/api/v1/me').expect(401);
    await one.http.get('/api/v1/me').expect(429);
    for (let i = 0; i < 5; i++) await other.http.get('/api/v1/me').expect(401);
    await other.http.get('/api/v1/me').expect(429);
    const keys = await redis.admin.keys('*window:anonymous:*');
    expect(keys.map((key) => key.split(':')[0]).sort()).toEqual(['acme', 'chameleon']);
  });

  it('keep windows of different lengths', async () => {
    const signUp = () => one.http.post('/api/v1/auth/sign-up').send({});
    for (let i = 0; i < 10; i++) {
      const { headers } = await signUp().expect(403);
      expect(headers['ratelimit']).toMatch(new RegExp(`^"sign-up";r=${9 - i};t=3(600|59\\d)$`));
    }
    const { headers } = await signUp().expect(429);
    expect(headers['ratelimit-policy']).toBe('"sign-up";q=10;w=3600');
    expect(Number(headers['retry-after'])).toBeGreaterThan(3_500);
    const [key] = await redis.admin.keys('*window:sign-up:*');
    expect(await redis.admin.pttl(key!)).toBeGreaterThan(3_500_000);
  });

  it('receive no messages of each other', async () => {
    const channels = async () => ((await redis.admin.call('PUBSUB', 'CHANNELS')) as string[]).sort();
    await eventually('both are subscribed', async () => (await channels()).length === 2);
    expect(await channels()).toEqual(['acme:changes', 'chameleon:changes']);
    const hints = [0, 0];
    for (const [index, app] of [one, other].entries()) {
      const feed = app.nest.get(InvalidationFeedReader);
      feed.hint = () => void hints[index]!++;
    }
    other.nest.get(InvalidationBus).publish([{ subject: 'user', id: 'somebody' }], 'local');
    await eventually('its own message has arrived', () => hints[1]! > 0);
    expect(hints).toEqual([0, 1]);
  });
});
