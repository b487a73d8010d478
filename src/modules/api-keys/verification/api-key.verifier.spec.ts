import bcrypt from 'bcrypt';
import { TestApp } from '../../../../test/support/app.js';
import { DATABASES } from '../../../../test/support/databases.js';
import { type AppError } from '../../../common/errors/index.js';
import { Settings } from '../../../settings/index.js';
import { Database } from '../../../database/index.js';
import { BcryptQueue } from '../../hashing/index.js';
import { checksum } from './api-key-format.js';
import { ApiKeyVerifier } from './api-key.verifier.js';
import { ApiKeysRepository } from '../api-keys.repository.js';
import { VerifiedKeyCache } from './verified-key.cache.js';

/** The real queue, which also tells how much it was given and how much of it ran at once. */
class CountingBcryptQueue extends BcryptQueue {
  compared = 0;
  atOnce = 0;
  private inFlight = 0;

  override async compare(...args: Parameters<BcryptQueue['compare']>): Promise<boolean> {
    this.compared++;
    this.atOnce = Math.max(this.atOnce, ++this.inFlight);
    return super.compare(...args).finally(() => this.inFlight--);
  }
}

const CALLER = { networks: ['203.0.113.1'] };

let app: TestApp;
let id: string;
let key: string;

beforeAll(async () => {
  app = await TestApp.start(DATABASES[0]!);
  ({ id, key } = await app.createCaller());
});

afterAll(() => app.stop());

/** The real repository, which also tells how often it was asked. */
class CountingRepository extends ApiKeysRepository {
  asked = 0;

  override findHash(keyId: string): Promise<string | null> {
    this.asked++;
    return super.findHash(keyId);
  }
}

/** A prover in a process that has not seen any key yet. */
function setUp() {
  const bcryptQueue = new CountingBcryptQueue(app.nest.get(Settings), app.clock);
  const repository = new CountingRepository(app.nest.get(Database));
  return {
    prover: new ApiKeyVerifier(new VerifiedKeyCache(), repository, bcryptQueue),
    bcryptQueue,
    repository,
  };
}

/** A well-formed key with this id and a secret of its own. */
function otherSecret(keyId: string, secret = 0): string {
  const body = `chm_${keyId}_${String(secret).padStart(30, '0')}`;
  return body + checksum(body);
}

it('costs one comparison for a new key, and none from then on', async () => {
  const { prover, bcryptQueue } = setUp();
  expect(prover.recognise(key)).toBeNull();
  expect(await prover.prove(key, CALLER)).toBe(id);
  expect(bcryptQueue.compared).toBe(1);
  expect(prover.recognise(key)).toBe(id);
  expect(await prover.prove(key, CALLER)).toBe(id);
  expect(bcryptQueue.compared).toBe(1);
});

it('costs one comparison for a new key, however many calls bring it at once', async () => {
  const { prover, bcryptQueue } = setUp();
  const outcomes = await Promise.all(Array.from({ length: 200 }, () => prover.prove(key, CALLER)));
  expect(outcomes).toEqual(Array(200).fill(id));
  expect(bcryptQueue.compared).toBe(1);
});

it('costs one comparison for a bad key, however many calls bring it at once', async () => {
  const { prover, bcryptQueue } = setUp();
  const outcomes = await Promise.all(
    Array.from({ length: 200 }, () => prover.prove(otherSecret(id), CALLER)),
  );
  expect(outcomes).toEqual(Array(200).fill(null));
  expect(bcryptQueue.compared).toBe(1);
});

it('costs no comparison to refuse another secret for an id that is proven', async () => {
  const { prover, bcryptQueue } = setUp();
  await prover.prove(key, CALLER);
  for (let secret = 0; secret < 50; secret++) {
    expect(prover.recognise(otherSecret(id, secret))).toBeNull();
    expect(await prover.prove(otherSecret(id, secret), CALLER)).toBeNull();
  }
  expect(bcryptQueue.compared).toBe(1);
  expect(prover.recognise(key)).toBe(id);
});

it('costs neither a query nor a comparison to refuse junk, and one query to refuse an unknown id', async () => {
  const { prover, bcryptQueue, repository } = setUp();
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
    expect(prover.recognise(presented)).toBeNull();
    expect(await prover.prove(presented, CALLER)).toBeNull();
  }
  expect(repository.asked).toBe(0);
  expect(await prover.prove(otherSecret('000000000000'), CALLER)).toBeNull();
  expect(await prover.prove(example, CALLER)).toBeNull();
  expect(repository.asked).toBe(2);
  expect(bcryptQueue.compared).toBe(0);
});

it('compares the secrets of one id one after the other, and the right one gets through', async () => {
  const { prover, bcryptQueue } = setUp();
  const presented = [otherSecret(id, 1), otherSecret(id, 2), key, otherSecret(id, 3), otherSecret(id, 4)];
  const outcomes = await Promise.all(presented.map((each) => prover.prove(each, CALLER)));
  expect(outcomes).toEqual([null, null, id, null, null]);
  expect(bcryptQueue.atOnce).toBe(1);
  // The two before it; those after it find the proof.
  expect(bcryptQueue.compared).toBe(3);
});

it('does not let one id keep another waiting', async () => {
  const { prover, bcryptQueue } = setUp();
  const other = await app.createCaller();
  const outcomes = await Promise.all([prover.prove(key, CALLER), prover.prove(other.key, CALLER)]);
  expect(outcomes).toEqual([id, other.id]);
  expect(bcryptQueue.atOnce).toBe(2);
});

it('lets 32 calls wait for other secrets of one id, and answers the next with unavailable', async () => {
  const { prover } = setUp();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 40 }, (_, secret) => prover.prove(otherSecret(id, secret), CALLER)),
  );
  const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
  expect(outcomes.length - refused.length).toBe(33);
  for (const { reason } of refused) expect((reason as AppError).kind.code).toBe('unavailable');
});

it('lets the right secret through after one wrong one, however many a guesser from elsewhere has sent', async () => {
  const { prover, bcryptQueue } = setUp();
  const guesses = Promise.allSettled(
    Array.from({ length: 40 }, (_, secret) => prover.prove(otherSecret(id, secret), CALLER)),
  );
  const owner = { networks: ['198.51.100.1'] };
  expect(await Promise.all([prover.prove(key, owner), prover.prove(key, owner)])).toEqual([id, id]);
  expect(bcryptQueue.compared).toBeLessThanOrEqual(3);
  const outcomes = await guesses;
  const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
  // The two calls of the owner took the places of two guesses.
  expect(refused).toHaveLength(40 - 1 - 32 + 2);
  for (const { reason } of refused) expect((reason as AppError).kind.code).toBe('unavailable');
  for (const outcome of outcomes) if (outcome.status === 'fulfilled') expect(outcome.value).toBeNull();
  expect(bcryptQueue.compared).toBeLessThanOrEqual(3);
});

it('lets those who wait go on after a comparison that could not be made', async () => {
  const { prover, repository } = setUp();
  const findHash = repository.findHash.bind(repository);
  repository.findHash = async (keyId) => {
    repository.findHash = findHash;
    await findHash(keyId);
    throw new Error('The database went away');
  };
  const outcomes = await Promise.allSettled([
    prover.prove(otherSecret(id, 1), CALLER),
    prover.prove(otherSecret(id, 2), CALLER),
    prover.prove(key, CALLER),
  ]);
  expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'error'))).toEqual([
    'error',
    null,
    id,
  ]);
});

it('tells whether a comparison of this very key is under way', async () => {
  const { prover } = setUp();
  const outcome = prover.prove(key, CALLER);
  expect(prover.isProving(key)).toBe(true);
  expect(prover.isProving(otherSecret(id))).toBe(false);
  await outcome;
  expect(prover.isProving(key)).toBe(false);
});

it('compares again after a comparison that could not be made', async () => {
  const { prover, bcryptQueue } = setUp();
  const flood = Array.from({ length: 200 }, () =>
    bcryptQueue.compare('a', bcrypt.hashSync('b', 4), 'verification', CALLER),
  );
  const settled = Promise.allSettled(flood);
  await expect(prover.prove(key, CALLER)).rejects.toMatchObject({ kind: { code: 'unavailable' } });
  await settled;
  expect(await prover.prove(key, CALLER)).toBe(id);
});

it('keeps no secret: what stands for a key differs in every process', () => {
  const [one, other] = [new VerifiedKeyCache(), new VerifiedKeyCache()];
  expect(one.digest(key)).toBe(one.digest(key));
  expect(one.digest(key)).not.toBe(other.digest(key));
  one.add(id, one.digest(key));
  expect(one.check(id, one.digest(key))).toBe(true);
  expect(one.check(id, one.digest(otherSecret(id)))).toBe(false);
  expect(other.check(id, other.digest(key))).toBeNull();
});
