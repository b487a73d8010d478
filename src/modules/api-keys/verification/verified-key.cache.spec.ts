import { VerifiedKeyCache } from './verified-key.cache.js';

const id = '0123456789AB';
const key = 'chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN';

it('keeps no secret: the digest of a key differs in every process', () => {
  const [one, other] = [new VerifiedKeyCache(), new VerifiedKeyCache()];
  expect(one.digest(key)).toBe(one.digest(key));
  expect(one.digest(key)).not.toBe(other.digest(key));
  one.add(id, one.digest(key));
  expect(one.check(id, one.digest(key))).toBe(true);
  expect(one.check(id, one.digest(`${key}0`))).toBe(false);
  expect(other.check(id, other.digest(key))).toBeNull();
});

it('holds exactly the verified key of an id until it is forgotten', () => {
  const cache = new VerifiedKeyCache();
  expect(cache.holds(id, key)).toBe(false);
  cache.add(id, cache.digest(key));
  expect([cache.holds(id, key), cache.holds(id, `${key}0`), cache.holds('other', key)]).toEqual([
    true,
    false,
    false,
  ]);
  cache.forget(id);
  expect(cache.has(id)).toBe(false);
});
