import { SystemClock } from '../../../../common/clock.js';
import type { ApiKeySelection, BulkRevocationService, RevocationPreview } from '../../../api-keys/index.js';
import { RevocationPreviewsService } from './revocation-previews.service.js';

const FEW: ApiKeySelection = { ids: ['000000000001'] };
const MANY: ApiKeySelection = { ids: ['000000000002'] };
const NO_WAIT_MS = 1;
const LONG_MS = 60_000;

/** Previews whose counts end when the test lets them. */
function heldPreviews() {
  const counts: PromiseWithResolvers<RevocationPreview>[] = [];
  const preview = () => {
    counts.push(withResolvers());
    return counts.at(-1)!.promise;
  };
  const service = new RevocationPreviewsService(
    { preview } as unknown as BulkRevocationService,
    new SystemClock(),
  );
  return { service, counts };
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
    counts.at(-1)!.resolve(found(matched));
    expect(await preview).toEqual(found(matched));
  }
  expect(counts).toHaveLength(2);
});

it('returns the result of a slow count to the next call for the same selection', async () => {
  const { service, counts } = heldPreviews();
  expect(await service.within(NO_WAIT_MS, MANY)).toBeNull();
  expect(await service.within(NO_WAIT_MS, MANY)).toBeNull();
  expect(await service.within(NO_WAIT_MS, FEW)).toBeNull();
  expect(counts).toHaveLength(2);
  counts[0]!.resolve(found(1_000_000));
  expect(await service.within(LONG_MS, MANY)).toEqual(found(1_000_000));
});

it('throws the error of a count that failed when no page waited for it, once', async () => {
  const { service, counts } = heldPreviews();
  expect(await service.within(NO_WAIT_MS, MANY)).toBeNull();
  counts[0]!.reject(new Error('The database is unavailable'));
  await expect(service.within(LONG_MS, MANY)).rejects.toThrow('The database is unavailable');
  const next = service.within(LONG_MS, MANY);
  counts[1]!.resolve(found(2));
  expect(await next).toEqual(found(2));
});
