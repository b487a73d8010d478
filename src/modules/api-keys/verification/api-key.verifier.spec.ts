import { setImmediate as nextTurn } from 'node:timers/promises';
import bcrypt from 'bcrypt';
import { TestApp } from '../../../../test/support/app.js';
import { DATABASES } from '../../../../test/support/databases.js';
import { NETWORKS, createVerifier, otherSecret } from '../../../../test/support/key-verifier.js';
import { CREDENTIAL_NOT_FOUND } from '../api-keys.errors.js';

let app: TestApp;
let id: string;
let key: string;

beforeAll(async () => {
  app = await TestApp.start(DATABASES[0]!);
  ({ id, key } = await app.createCaller());
});

afterAll(() => app.stop());

it('costs one comparison for a new key, and none from then on', async () => {
  const { verifier, verify, bcryptQueue } = createVerifier(app);
  expect(verifier.verifiedId(key)).toBeNull();
  expect(await verify(key)).toBe(id);
  expect(bcryptQueue.compared).toBe(1);
  expect(verifier.verifiedId(key)).toBe(id);
  expect(await verify(key)).toBe(id);
  expect(bcryptQueue.compared).toBe(1);
});

it('costs one comparison for a new key, however many requests bring it at once', async () => {
  const { verify, bcryptQueue } = createVerifier(app);
  const outcomes = await Promise.all(Array.from({ length: 200 }, () => verify(key)));
  expect(outcomes).toEqual(Array(200).fill(id));
  expect(bcryptQueue.compared).toBe(1);
});

it('costs one comparison for a bad key, however many requests bring it at once', async () => {
  const { verify, bcryptQueue } = createVerifier(app);
  const outcomes = await Promise.all(Array.from({ length: 200 }, () => verify(otherSecret(id))));
  expect(outcomes).toEqual(Array(200).fill(null));
  expect(bcryptQueue.compared).toBe(1);
});

it('costs no comparison to deny another secret of a verified id', async () => {
  const { verifier, verify, bcryptQueue } = createVerifier(app);
  await verify(key);
  for (let secret = 0; secret < 50; secret++) {
    expect(verifier.verifiedId(otherSecret(id, secret))).toBeNull();
    expect(await verify(otherSecret(id, secret))).toBeNull();
  }
  expect(bcryptQueue.compared).toBe(1);
  expect(verifier.verifiedId(key)).toBe(id);
});

it('costs neither a query nor a comparison for junk, and one query for an unknown id', async () => {
  const { verifier, verify, bcryptQueue, repository } = createVerifier(app);
  const example = 'chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN';
  const junk = [
    `${example.slice(0, -1)}M`,
    example.replace('CDEF', 'CDEG'),
    example.replace('chm', 'chn'),
    '',
    'x',
    'chm_',
    key.slice(0, -1),
    `${key}0`,
    key.toLowerCase(),
    `${key.slice(0, -1)}~`,
    '\0'.repeat(99),
  ];
  for (const presented of junk) {
    expect(verifier.verifiedId(presented)).toBeNull();
    expect(await verify(presented)).toBeNull();
  }
  expect(repository.asked).toBe(0);
  expect(await verify(otherSecret('000000000000'))).toBeNull();
  expect(await verify(example)).toBeNull();
  expect(repository.asked).toBe(2);
  expect(bcryptQueue.compared).toBe(0);
});

it('takes no attempt for requests that join the comparison of the same key', async () => {
  const { verify, admission, repository } = createVerifier(app);
  const first = verify(key);
  while (repository.asked === 0) await nextTurn();
  expect(await Promise.all(Array.from({ length: 20 }, () => verify(key)))).toEqual(Array(20).fill(id));
  expect(await first).toBe(id);
  await verify(key);
  expect(admission).toMatchObject({ admitted: 1, givenBack: 1, failed: 0 });
});

it('counts a failed attempt for each request with a bad key, also where they share one comparison', async () => {
  const { verifier, verify, admission } = createVerifier(app);
  await Promise.all(Array.from({ length: 20 }, () => verify(otherSecret(id))));
  expect(admission).toMatchObject({ admitted: 20, givenBack: 0, failed: 20 });
  await verify('junk');
  expect(admission.failed).toBe(21);
  await expect(verifier.verify('junk', admission)).rejects.toMatchObject({
    kind: CREDENTIAL_NOT_FOUND,
    headers: { 'x-left': 'some' },
  });
});

it('gives the attempt back when a comparison could not be made', async () => {
  const { verify, admission, repository } = createVerifier(app);
  const error = new Error('The database went away');
  repository.findHash = () => Promise.reject(error);
  await expect(verify(key)).rejects.toBe(error);
  expect(admission).toMatchObject({ admitted: 1, givenBack: 1, failed: 0 });
});

it('compares again after a comparison that could not be made', async () => {
  const { verify, bcryptQueue } = createVerifier(app);
  const flood = Array.from({ length: 200 }, () =>
    bcryptQueue.compare('a', bcrypt.hashSync('b', 4), 'verification', { networks: NETWORKS }),
  );
  const settled = Promise.allSettled(flood);
  await expect(verify(key)).rejects.toMatchObject({ kind: { code: 'unavailable' } });
  await settled;
  expect(await verify(key)).toBe(id);
});
