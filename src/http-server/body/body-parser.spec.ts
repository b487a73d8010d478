import { isTooDeep } from './body-parser.js';

const arrays = (depth: number, inner = '') => '['.repeat(depth) + inner + ']'.repeat(depth);
const objects = (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
const isRejected = (json: string) => isTooDeep(Buffer.from(json));

it.each([
  ['a hundred arrays', arrays(100)],
  ['a hundred objects', objects(100)],
  ['many flat entries', `[${'[],{},'.repeat(1_000)}1]`],
  ['brackets in a string', JSON.stringify('[{'.repeat(500))],
  ['brackets after an escaped quote', JSON.stringify(`"${'['.repeat(500)}`)],
  ['brackets in a name', JSON.stringify({ ['{'.repeat(500)]: 1 })],
  ['a string that ends in a backslash', JSON.stringify(['\\', arrays(99)])],
  ['nothing', ''],
])('accepts %s', (_what, json) => expect(isRejected(json)).toBe(false));

it.each([
  ['101 arrays', arrays(101)],
  ['101 objects', objects(101)],
  ['arrays and objects together', '[{"a":'.repeat(51) + '1' + '}]'.repeat(51)],
  ['50,000 open brackets', '['.repeat(50_000)],
  ['depth after a string that ends in a backslash', `["\\\\",${arrays(100)}]`],
  ['depth after a string with quotes', `["a\\"b",${arrays(100)}]`],
  ['depth after many flat entries', `[${'[],'.repeat(200)}${arrays(100)}]`],
  ['depth after multi-byte characters', `["é😀",${arrays(100, '"é"')}]`],
])('rejects %s', (_what, json) => expect(isRejected(json)).toBe(true));

it('accepts valid JSON up to the maximum depth', () => {
  for (let depth = 1; depth <= 100; depth++) {
    JSON.parse(arrays(depth));
    expect(isRejected(arrays(depth))).toBe(false);
  }
});
