import { Controller, Get, Module, VERSION_NEUTRAL } from '@nestjs/common';
import { Public } from '../../src/common/access/index.js';
import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import { FlakyNetwork } from '../support/flaky-network.js';
import { expectProblem } from '../support/problem.js';

@Public()
@Controller({ path: 'broken', version: VERSION_NEUTRAL })
class BrokenController {
  @Get()
  show(): string {
    throw new Error('SELECT secret FROM /src/inside.ts');
  }
}

@Module({ controllers: [BrokenController] })
class BrokenModule {}

const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');

describe('an error page', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(DATABASES[0]!, { env: { RATE_LIMIT_SESSION: '2' }, imports: [BrokenModule] });
  });

  afterAll(() => app.stop());

  it('says when to try again after the rate limit is reached', async () => {
    const { email } = await app.createUser();
    const cookie = await app.signIn(email);
    const get = (path: string) => app.http.get(path).set('Cookie', cookie);
    for (let i = 0; i < 2; i++) await get('/api-keys').expect(200);
    const response = await get('/api-keys').expect(429);
    const seconds = Number(response.headers['retry-after']);
    expect(response.headers['ratelimit']).toBe(`"session";r=0;t=${seconds}`);
    const text = response.text.replaceAll(/<[^>]+>/g, '');
    expect(text).toContain(`You’re sending requests too quickly. Try again in ${seconds} seconds.`);
    expect((await get('/zh/api-keys').expect(429)).text).toContain('请求过于频繁。');
    expectProblem(await get('/api/v1/me'), 429, 'rate_limit_exceeded');
  });

  it('reveals nothing about an internal error but the request id', async () => {
    const response = await app.http.get('/broken').expect(500);
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(response.text).toContain('Something went wrong on our end.');
    expect(response.text).toContain(response.headers['x-request-id'] as string);
    expect(response.text).not.toMatch(/SELECT|inside\.ts| at /);
  });
});

(mariadb ? describe : describe.skip)('while the database is unavailable', () => {
  it('pages report it, keep the submitted values, and recover', async () => {
    const database = await mariadb!.create();
    const url = new URL(database.url);
    const network = await FlakyNetwork.to(url.hostname, Number(url.port || 3306));
    url.host = `127.0.0.1:${network.port}`;
    const app = await TestApp.start(mariadb!, { database: { ...database, url: url.href } });
    const { email } = await app.createUser();
    const cookie = await app.signIn(email);
    const get = (path: string) => app.http.get(path).set('Cookie', cookie);
    await get('/api-keys').expect(200);

    network.stall();
    const response = await get('/api-keys').expect(503);
    expect(response.headers['retry-after']).toBe('1');
    expect(response.text).toContain('The service is temporarily unavailable.');
    await app.http.get('/help').expect(200);
    const form = { email: 'ada@example.com', password: 'not shown again' };
    const signIn = await app.http.post('/sign-in').type('form').send(form).expect(503);
    expect(signIn.text).toContain('value="ada@example.com"');
    expect(signIn.text).not.toContain(form.password);

    const signOut = await app.http.post('/sign-out').set('Cookie', cookie).expect(503);
    expect(String(signOut.headers['set-cookie'])).toContain('Max-Age=0');

    network.resume();
    for (let tries = 0; tries < 50; tries++) if ((await get('/api-keys')).status === 200) break;
    await get('/api-keys').expect(200);
    await app.stop();
    await network.close();
    await database.drop();
  });
});
