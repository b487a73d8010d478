import { randomUUID } from 'node:crypto';
import { TestApp } from '../support/app.js';
import { onEachDatabase } from '../support/databases.js';

const KEY = /chm_[0-9A-Za-z]{12}_[0-9A-Za-z]{36}/;

onEachDatabase((kind) => {
  let app: TestApp;
  let cookie: string;
  let email: string;

  beforeAll(async () => {
    app = await TestApp.start(kind, {
      env: { RATE_LIMIT_ANONYMOUS: '100000', RATE_LIMIT_SESSION: '100000', MAX_ACTIVE_KEYS_PER_USER: '30' },
    });
  });

  beforeEach(async () => {
    ({ email } = await app.createUser());
    cookie = await app.signIn(email);
  });

  afterAll(() => app.stop());

  const get = (path: string) => app.http.get(path).set('Cookie', cookie);
  const post = (path: string, form: object) =>
    app.http.post(path).type('form').set('Cookie', cookie).send(form);
  const create = (form: object = {}) =>
    post('/api-keys/create', { form: randomUUID(), name: 'Mobile App', expiry: 'never', date: '', ...form });
  const keyIn = (response: { text: string }) => KEY.exec(response.text)?.[0];
  const keys = async () => {
    const response = await get('/api/v1/api-keys').expect(200);
    return response.body.data as { id: string; name: string; expiresAt: string | null; status: string }[];
  };

  describe('a new key', () => {
    it('is shown once, works, and is on no other page', async () => {
      const response = await create().expect(201);
      const key = keyIn(response)!;
      await app.http.post('/api/v1/ping').set('X-API-Key', key).send({}).expect(200);
      const { id } = (await keys())[0]!;
      for (const path of ['/api-keys', `/api-keys/${id}`, `/api-keys/${id}/revoke`, '/account']) {
        expect((await get(path).expect(200)).text).not.toMatch(KEY);
      }
    });

    it('is created once, even if the form is submitted several times', async () => {
      const form = randomUUID();
      const responses = await Promise.all(Array.from({ length: 5 }, () => create({ form })));
      expect(new Set(responses.map(keyIn)).size).toBe(1);
      app.clock.advance(29_000);
      expect(keyIn(await create({ form }).expect(201))).toBe(keyIn(responses[0]!));
      expect(await keys()).toHaveLength(1);
    });

    it('cannot be shown again after 30 seconds, but can be revoked and replaced', async () => {
      const form = randomUUID();
      await create({ form, name: 'Lost' }).expect(201);
      app.clock.advance(31_000);
      const alreadyCreated = await create({ form, name: 'Lost' }).expect(409);
      expect(alreadyCreated.text).not.toMatch(KEY);
      expect(alreadyCreated.text).toContain('“Lost” was shown only once and can’t be shown again.');
      expect(alreadyCreated.text).toContain('Revoke and create a new key');
      expect(await keys()).toHaveLength(1);
      const { id } = (await keys())[0]!;
      const revoked = await post(`/api-keys/${id}/revoke`, { then: 'create' }).expect(303);
      expect(revoked.headers['location']).toBe('/api-keys/create?name=Lost');
      expect((await get('/api-keys/create?name=Lost')).text).toContain('value="Lost"');
      expect(await keys()).toMatchObject([{ status: 'revoked' }]);
    });

    it('is not shown again once it is revoked', async () => {
      const form = randomUUID();
      await create({ form }).expect(201);
      await post(`/api-keys/${(await keys())[0]!.id}/revoke`, {}).expect(303);
      const response = await create({ form }).expect(409);
      expect(response.text).not.toMatch(KEY);
      expect(response.text).not.toContain('Revoke and create a new key');
    });

    it('is not created by a form that has already created another key', async () => {
      const form = randomUUID();
      await create({ form, name: 'One' }).expect(201);
      const response = await create({ form, name: 'Two' }).expect(422);
      expect(response.text).toContain('You’ve already created a different key with this form.');
      expect(await keys()).toMatchObject([{ name: 'One' }]);
    });

    it('is shown only to the session that submitted the form', async () => {
      const form = randomUUID();
      const first = keyIn(await create({ form }).expect(201));
      const other = await app.createUser();
      cookie = await app.signIn(other.email);
      const second = keyIn(await create({ form }).expect(201));
      expect(second).not.toBe(first);
    });

    it.each([
      [{ expiry: '30' }, 30],
      [{ expiry: '365' }, 365],
    ])('expires after the number of days in %j', async (form, days) => {
      await create(form).expect(201);
      const { expiresAt } = (await keys())[0]!;
      const left = (new Date(expiresAt!).getTime() - app.clock.now().getTime()) / 86_400_000;
      expect(left).toBeGreaterThanOrEqual(days);
      expect(left).toBeLessThanOrEqual(days + 1);
    });

    it('has a description if the form has one', async () => {
      await create({ description: ' Reads orders.\r\nAsk Ada. ' }).expect(201);
      await create({ description: '' }).expect(201);
      expect(await keys()).toMatchObject([{ description: null }, { description: 'Reads orders.\nAsk Ada.' }]);
      const long = await create({ description: 'x'.repeat(501) }).expect(400);
      expect(long.text).toContain('Use at most 500 characters.');
    });

    it('expires on a date, or never', async () => {
      await create({ expiry: 'date', date: '2199-12-31' }).expect(201);
      await create({ expiry: 'never', date: '' }).expect(201);
      expect(await keys()).toMatchObject([{ expiresAt: null }, { expiresAt: '2200-01-01T00:00:00.000Z' }]);
    });

    it("expires at the end of the date in the user's time zone, and shows this date", async () => {
      const custom = { expiry: 'date', date: '2199-12-31' };
      await create({ ...custom, timeZone: 'America/Los_Angeles' }).expect(201);
      await create({ ...custom, timeZone: 'Asia/Kathmandu' }).expect(201);
      await create({ ...custom, timeZone: 'Nowhere/Atlantis' }).expect(201);
      expect((await keys()).map(({ expiresAt }) => expiresAt)).toEqual([
        '2200-01-01T00:00:00.000Z',
        '2199-12-31T18:15:00.000Z',
        '2200-01-01T08:00:00.000Z',
      ]);
      const zone = 'chameleon_time_zone=America/Los_Angeles';
      const list = await app.http.get('/api-keys').set('Cookie', `${cookie}; ${zone}`);
      expect(list.text).toMatch(/title="Dec 31, 2199, 11:59:59.PM PST">Dec 31, 2199</);
      expect(list.text.match(/>Dec 31, 2199</g)).toHaveLength(3);
    });

    it('shows the last day of each lifetime, and keeps it if the form is sent again after midnight', async () => {
      const zone = 'chameleon_time_zone=Asia/Kathmandu';
      const dayMs = 24 * 3_600_000;
      const midnightInZone = 18.25 * 3_600_000;
      const sinceMidnight = (app.clock.now().getTime() - midnightInZone) % dayMs;
      app.clock.advance(dayMs - sinceMidnight - 3_600_000);
      const page = await app.http.get('/api-keys/create').set('Cookie', `${cookie}; ${zone}`).expect(200);
      const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)![1]!;
      const [, lastDay, shown] = /data-last-day="([\d-]+)"[^>]*>30 days \(until ([^)]+)\)/.exec(page.text)!;
      expect(new Date(`${shown} UTC`).toISOString().slice(0, 10)).toBe(lastDay);
      const form = {
        form: randomUUID(),
        expiry: '30',
        today: hidden('today'),
        timeZone: hidden('timeZone'),
      };
      await create(form).expect(201);
      app.clock.advance(2 * 3_600_000);
      // Another expiration would be a different key, which gets 422.
      await create(form).expect(409);
      expect((await keys())[0]!.expiresAt).toBe(`${lastDay}T18:15:00.000Z`);
    });

    it.each([
      [{ name: '' }, 'This field is required.', '此项为必填项。'],
      [{ name: '  ' }, 'This field is required.', '此项为必填项。'],
      [{ name: 'x'.repeat(101) }, 'Use at most 100 characters.', '最多 100 个字符。'],
      [{ name: 'a\u0007b' }, 'Remove control characters', '请删除控制字符'],
      [
        { name: 'chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN' },
        'This looks like an API key.',
        '这看起来像是 API 密钥',
      ],
      [{ expiry: 'date', date: '' }, 'Choose a date.', '请选择日期。'],
      [{ expiry: 'date', date: '2027-02-30' }, 'Choose a date.', '请选择日期。'],
      [{ expiry: 'date', date: '2001-01-01' }, 'Choose a date in the future.', '请选择将来的日期。'],
      [{ expiry: '31' }, 'Choose a date.', '请选择日期。'],
      [{ expiry: 'never', date: '2199-01-01' }, 'Choose “Custom date”', '请选择“自定义日期”'],
    ])(
      'is denied for %j, with an error beside the field in the language of the page',
      async (wrong, english, chinese) => {
        const response = await create(wrong).expect(400);
        expect(response.text).toContain(english);
        expect(response.text).toContain('aria-invalid="true"');
        const inChinese = await post('/zh/api-keys/create', {
          form: randomUUID(),
          name: 'x',
          expiry: 'never',
          date: '',
          ...wrong,
        });
        expect(inChinese.text).toContain(chinese);
        expect(await keys()).toEqual([]);
      },
    );

    it('is denied with the submitted values still in the form', async () => {
      const form = randomUUID();
      const response = await create({
        form,
        name: '"><script>x</script>',
        expiry: 'date',
        date: 'soon',
      }).expect(400);
      expect(response.text).toContain('value="&quot;>&lt;script>x&lt;/script>"');
      expect(response.text).toContain(`value="${form}"`);
      expect(response.text).toContain('value="date" checked');
      expect(response.text).toContain('value="soon"');
    });

    it('requires a valid form id', async () => {
      for (const form of ['', 'x', `${randomUUID()}x`]) await create({ form }).expect(400);
      expect(await keys()).toEqual([]);
    });

    it('is denied at the quota, with a link to the active keys', async () => {
      for (let i = 0; i < 30; i++) await create({ name: `Key ${i}` }).expect(201);
      const response = await create().expect(409);
      expect(response.text).toContain('You’ve reached the limit of 30 active keys.');
      expect(response.text).toContain('href="/api-keys?view=active"');
    });
  });

  describe('the list', () => {
    it('explains what keys are for while it is empty', async () => {
      const { text } = await get('/api-keys').expect(200);
      expect(text).toContain('No API keys yet');
      expect(text).toContain('Create New Key');
      expect(text).not.toContain('<table');
    });

    it('is searched, filtered and paged', async () => {
      for (let i = 0; i < 23; i++) await create({ name: `Key ${i}` }).expect(201);
      const first = await get('/api-keys').expect(200);
      expect(first.text.match(/<tr>/g)).toHaveLength(21);
      const next = /href="(\/api-keys\?cursor=[^"]+)" rel="next"/.exec(first.text)![1]!;
      const second = await get(next).expect(200);
      expect(second.text.match(/<tr>/g)).toHaveLength(4);
      expect(second.text).toContain('First page');
      expect((await get('/api-keys?search=key%2022')).text.match(/<tr>/g)).toHaveLength(2);
      expect((await get('/api-keys?view=revoked')).text).toContain('No keys match your filters.');
      expect((await get('/api-keys?search=%3Cscript%3E')).text).toContain('value="&lt;script>"');
    });

    it('marks unused keys', async () => {
      await create().expect(201);
      expect((await get('/api-keys')).text).not.toContain('class="mark unused"');
      app.clock.advance(91 * 86_400_000);
      cookie = await app.signIn(email);
      const { text } = await get('/api-keys').expect(200);
      expect(text).toContain('Never used');
      expect(text).toContain('class="mark unused"');
    });

    it('shows how much of the rate limit is left', async () => {
      const key = keyIn(await create().expect(201))!;
      for (let i = 0; i < 3; i++) await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);
      const { text } = await get('/api-keys').expect(200);
      expect(text).toContain('97 of 100 requests left');
      expect(text).toMatch(/<meter [^>]*max="100"[^>]* value="97"/);
    });
  });

  describe('a key', () => {
    it('is renamed, and an invalid name stays in the form', async () => {
      await create().expect(201);
      const { id } = (await keys())[0]!;
      const redirect = await post(`/api-keys/${id}`, { name: ' Webhook ' }).expect(303);
      expect((await app.follow(redirect, cookie)).text).toContain('Changes saved.');
      const rejected = await post(`/api-keys/${id}`, { name: 'y'.repeat(101) }).expect(400);
      expect(rejected.text).toContain('y'.repeat(101));
      expect(await keys()).toMatchObject([{ name: 'Webhook' }]);
    });

    it('is revoked after a confirmation that names it, and a notice confirms it', async () => {
      const key = keyIn(await create({ name: 'Job & Co' }).expect(201))!;
      await app.http.get('/api/v1/me').set('X-API-Key', key).expect(200);
      const { id } = (await keys())[0]!;
      const question = await get(`/api-keys/${id}/revoke`).expect(200);
      expect(question.text).toContain('Revoke “Job &amp; Co”?');
      expect(question.text).toContain('This can’t be undone.');
      const tooLong = await post(`/api-keys/${id}/revoke`, { reason: 'z'.repeat(201) }).expect(400);
      expect(tooLong.text).toContain('Use at most 200 characters.');
      const redirect = await post(`/api-keys/${id}/revoke`, { reason: '' }).expect(303);
      expect((await app.follow(redirect, cookie)).text).toContain('“Job &amp; Co” has been revoked.');
      await app.http.get('/api/v1/me').set('X-API-Key', key).expect(401);
      expect((await get(`/api-keys/${id}/revoke`)).text).toContain('This key has already been revoked.');
      await post(`/api-keys/${id}/revoke`, {}).expect(303);
    });

    it.each([
      ['keeps', {}, ['active', 'active', 'revoked']],
      ['also revokes, if chosen,', { cascade: 'yes' }, ['revoked', 'revoked', 'revoked']],
    ])('%s the keys created with it', async (_what, form, statuses) => {
      const key = keyIn(await create({ name: 'Maker' }).expect(201))!;
      const { id } = (await keys())[0]!;
      let creatingKey = key;
      for (const name of ['Child', 'Grandchild']) {
        const created = await app.http
          .post('/api/v1/api-keys')
          .set('X-API-Key', creatingKey)
          .send({ name })
          .expect(201);
        creatingKey = (created.body as { key: string }).key;
      }
      expect((await get(`/api-keys/${id}/revoke`).expect(200)).text).toContain('name="cascade"');
      await post(`/api-keys/${id}/revoke`, form).expect(303);
      const byName = new Map((await keys()).map(({ name, status }) => [name, status]));
      expect(['Child', 'Grandchild', 'Maker'].map((name) => byName.get(name))).toEqual(statuses);
    });

    it('offers to revoke other keys only if it has created some', async () => {
      await create({ name: 'Alone' }).expect(201);
      const { id } = (await keys())[0]!;
      expect((await get(`/api-keys/${id}/revoke`).expect(200)).text).not.toContain('name="cascade"');
    });

    it('is named in the notice, even if another key was revoked before', async () => {
      for (const name of ['One', 'Two']) await create({ name }).expect(201);
      const [two, one] = await keys();
      await post(`/api-keys/${two!.id}/revoke`, {}).expect(303);
      const redirect = await post(`/api-keys/${one!.id}/revoke`, {}).expect(303);
      expect((await app.follow(redirect, cookie)).text).toContain('“One” has been revoked.');
    });

    it('is not shown if it is put into a URL or the wrong field', async () => {
      const secret = 'chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN';
      for (const path of [
        `/api-keys?search=${secret}&cursor=x`,
        `/api-keys/create?name=${secret}`,
        `/${secret}/${secret}`,
        `/sign-in?next=/${secret}`,
        `/sign-in?next=/api-keys?search=${secret}`,
      ]) {
        expect((await get(path)).text).not.toContain(secret);
      }
      const redirected = await app.http.get(`/api-keys?search=${secret}`).expect(303);
      expect(redirected.headers['location']).not.toContain(secret);
      expect((await create({ name: secret, date: secret }).expect(400)).text).not.toContain(secret);
    });

    it('of another user is not found', async () => {
      const { id } = await app.createCaller();
      for (const path of [`/api-keys/${id}`, `/api-keys/${id}/revoke`]) await get(path).expect(404);
      await post(`/api-keys/${id}`, { name: 'Mine' }).expect(404);
      await post(`/api-keys/${id}/revoke`, {}).expect(404);
    });
  });
});
