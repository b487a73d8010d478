import { TestApp } from '../../../../test/support/app.js';
import { DATABASES } from '../../../../test/support/databases.js';
import { OpenAdmission, createVerifier, otherSecret } from '../../../../test/support/key-verifier.js';
import { type AppError } from '../../../common/errors/index.js';

let app: TestApp;
let id: string;
let key: string;

beforeAll(async () => {
  app = await TestApp.start(DATABASES[0]!);
  ({ id, key } = await app.createCaller());
});

afterAll(() => app.stop());

it('compares the secrets of one id one after the other, and the right one gets through', async () => {
  const { verify, bcryptQueue } = createVerifier(app);
  const presented = [otherSecret(id, 1), otherSecret(id, 2), key, otherSecret(id, 3), otherSecret(id, 4)];
  const outcomes = await Promise.all(presented.map((each) => verify(each)));
  expect(outcomes).toEqual([null, null, id, null, null]);
  expect(bcryptQueue.atOnce).toBe(1);
  // Only the right key and the two wrong keys before it are compared. When the other two are checked, the right secret
  // is already verified, so they need no comparison.
  expect(bcryptQueue.compared).toBe(3);
});

it('keeps no id waiting for another', async () => {
  const { verify, bcryptQueue } = createVerifier(app);
  const other = await app.createCaller();
  const outcomes = await Promise.all([verify(key), verify(other.key)]);
  expect(outcomes).toEqual([id, other.id]);
  expect(bcryptQueue.atOnce).toBe(2);
});

it('lets 32 requests wait for other secrets of one id, and answers the next with unavailable', async () => {
  const { verify } = createVerifier(app);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 40 }, (_, secret) => verify(otherSecret(id, secret))),
  );
  const denied = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
  expect(outcomes.length - denied.length).toBe(33);
  for (const { reason } of denied) expect((reason as AppError).kind.code).toBe('unavailable');
});

it('lets the right secret through after one wrong one, however many a guesser from elsewhere has sent', async () => {
  const { verify, bcryptQueue } = createVerifier(app);
  const guesses = Promise.allSettled(
    Array.from({ length: 40 }, (_, secret) => verify(otherSecret(id, secret))),
  );
  const owner = new OpenAdmission(['198.51.100.1']);
  expect(await Promise.all([verify(key, owner), verify(key, owner)])).toEqual([id, id]);
  expect(bcryptQueue.compared).toBeLessThanOrEqual(3);
  const outcomes = await guesses;
  const denied = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
  // The owner's two requests took the places of two guesses.
  expect(denied).toHaveLength(40 - 1 - 32 + 2);
  for (const { reason } of denied) expect((reason as AppError).kind.code).toBe('unavailable');
  for (const outcome of outcomes) if (outcome.status === 'fulfilled') expect(outcome.value).toBeNull();
  expect(bcryptQueue.compared).toBeLessThanOrEqual(3);
});

it('lets waiting requests go on after a comparison that could not be made', async () => {
  const { verify, repository } = createVerifier(app);
  const findHash = repository.findHash.bind(repository);
  repository.findHash = async (keyId) => {
    repository.findHash = findHash;
    await findHash(keyId);
    throw new Error('The database went away');
  };
  const outcomes = await Promise.allSettled([
    verify(otherSecret(id, 1)),
    verify(otherSecret(id, 2)),
    verify(key),
  ]);
  expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'error'))).toEqual([
    'error',
    null,
    id,
  ]);
});
