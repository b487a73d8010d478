import { inspect } from 'node:util';
import { parseApiKey } from '../../../common/text/api-key-format.js';
import { generateApiKey, SecretKey } from './generate-api-key.js';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

describe('new keys', () => {
  it('parse, and are found by the scanner', () => {
    for (let i = 0; i < 200; i++) {
      const { id, key } = generateApiKey('chm');
      expect(parseApiKey(key.reveal())).toEqual({ prefix: 'chm', id });
      expect(`key=${key.reveal()};`).toMatch(/\bchm_[0-9A-Za-z]{12}_[0-9A-Za-z]{36}\b/);
    }
  });

  it('are all different', () => {
    const keys = Array.from({ length: 1_000 }, () => generateApiKey('chm'));
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1_000);
    expect(new Set(keys.map(({ key }) => key.reveal())).size).toBe(1_000);
  });

  it('take each character from one uniform draw below 62, so that none is likelier than another', () => {
    const bounds: number[] = [];
    const { id, key } = generateApiKey('acme', (below) => {
      bounds.push(below);
      return (bounds.length - 1) % below;
    });
    expect(bounds).toEqual(Array<number>(42).fill(62));
    expect(id).toBe(ALPHABET.slice(0, 12));
    expect(key.reveal().slice(0, -6)).toBe(`acme_${ALPHABET.slice(0, 12)}_${ALPHABET.slice(12, 42)}`);
  });

  it('use every character about equally often by themselves', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 2_000; i++) {
      const [, , tail = ''] = generateApiKey('chm').key.reveal().split('_');
      for (const character of tail.slice(0, 30)) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    // In 60,000 draws, each of the 62 characters is expected 968 times, with a standard deviation of 31. Chance alone
    // never causes a difference of ten standard deviations.
    expect([...counts.keys()].sort().join('')).toBe(ALPHABET);
    expect(Math.min(...counts.values())).toBeGreaterThan(968 - 310);
    expect(Math.max(...counts.values())).toBeLessThan(968 + 310);
  });
});

describe('a secret key', () => {
  const text = 'chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN';
  const key = new SecretKey(text);

  it('is given away by reveal only', () => expect(key.reveal()).toBe(text));

  it.each([
    ['String', () => String(key)],
    ['a template', () => `${key}`],
    ['JSON', () => JSON.stringify({ key })],
    ['inspect', () => inspect(key, { showHidden: true, depth: null })],
    ['inspect of what holds it', () => inspect({ created: [{ key }] }, { depth: null })],
    ['an error', () => inspect(new Error('failed', { cause: key }))],
    ['its own properties', () => JSON.stringify(Object.entries(Object.getOwnPropertyDescriptors(key)))],
  ])('is not printed by %s', (_how, print) => {
    expect(print()).not.toContain(text.slice(0, 20));
  });
});
