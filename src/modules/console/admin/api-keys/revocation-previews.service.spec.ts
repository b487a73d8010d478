import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../../../common/clock.js';
import type { ApiKeySelection, BulkRevocationService, RevocationPreview } from '../../../api-keys/index.js';
import { RevocationPreviewsService } from './revocation-previews.service.js';

const FEW: ApiKeySelection = { ids: ['000000000001'] };
const MANY: ApiKeySelection = { ids: ['000000000002'] };
const NO_WAIT_MS = 1;
const LONG_MS = 60_000;

/** Previews whose counts end when the test lets them, on a clock that the test moves. */
function heldPreviews() {
  const clock = { nowMs: 0, monotonicMs: () => clock.nowMs };
  const counts: PromiseWithResolvers<RevocationPreview>[] = [];
  const preview = () => {
    counts.push(withResolvers());
    return counts.at(-1)!.promise;
  };
  const revocations = { preview } as unknown as BulkRevocationService;
  const service = new RevocationPreviewsService(revocations, clock as unknown as Clock);
  return { service, counts, clock };
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let [resolve, reject]: [(value: T) => void, (error: Error) => void] = [() => undefined, () => undefined];
  const promise = new Promise<T>((...functions) => ([resolve, reject] = functions));
  return { promise, resolve, reject };
}

const found = (matched: number): RevocationPreview => ({ matched, sample: [] });

it('returns a preview that is ready in time, and counts again for the next call', async () => {
  const { service, counts } = heldPreviews();
  for (const matched of [3, 4]) {
    const preview = service.within(LONG_MS, FEW);
    await nextTurn();
    counts.at(-1)!.resolve(found(matched));
    expect(await preview).toEqual(found(matched));
  }
  expect(counts).toHaveLength(2);
});

it('returns the result of a slow count to the next call for the same selection', async () => {
  const { service, counts } = heldPreviews();
  expect(await service.within(NO_WAIT_MS, MANY)).toBeNull();
  expect(await service.within(NO_WAIT_MS, MANY)).toBeNull();
  expect(counts).toHaveLength(1);
  counts[0]!.resolve(found(1_000_000));
  expect(await service.within(LONG_MS, MANY)).toEqual(found(1_000_000));
});

it('throws the error of a count that failed when no page waited for it, once', async () => {
  const { service, counts } = heldPreviews();
  expect(await service.within(NO_WAIT_MS, MANY)).toBeNull();
  counts[0]!.reject(new Error('The database is unavailable'));
  await expect(service.within(LONG_MS, MANY)).rejects.toThrow('The database is unavailable');
  const next = service.within(LONG_MS, MANY);
  await nextTurn();
  counts[1]!.resolve(found(2));
  expect(await next).toEqual(found(2));
});

it('counts for one selection after the other', async () => {
  const { service, counts } = heldPreviews();
  expect(await service.within(NO_WAIT_MS, MANY)).toBeNull();
  expect(await service.within(NO_WAIT_MS, FEW)).toBeNull();
  expect(counts).toHaveLength(1);
  counts[0]!.reject(new Error('The database is unavailable'));
  const few = service.within(LONG_MS, FEW);
  await expect(service.within(LONG_MS, MANY)).rejects.toThrow('The database is unavailable');
  counts[1]!.resolve(found(1));
  expect(await few).toEqual(found(1));
});

it('does not begin to count when no page has asked for ten seconds', async () => {
  const { service, counts, clock } = heldPreviews();
  expect(await service.within(NO_WAIT_MS, MANY)).toBeNull();
  expect(await service.within(NO_WAIT_MS, FEW)).toBeNull();
  clock.nowMs = 9_999;
  expect(await service.within(NO_WAIT_MS, { ids: ['000000000003'] })).toBeNull();
  clock.nowMs = 10_000;
  counts[0]!.resolve(found(7));
  expect(await service.within(LONG_MS, MANY)).toEqual(found(7));
  // The next count is the one for the third selection. The second one starts again when a page asks for it.
  expect(counts).toHaveLength(2);
  counts[1]!.resolve(found(3));
  expect(await service.within(LONG_MS, { ids: ['000000000003'] })).toEqual(found(3));
  const few = service.within(LONG_MS, FEW);
  await service.within(NO_WAIT_MS, MANY);
  counts[2]!.resolve(found(1));
  expect(await few).toEqual(found(1));
});
