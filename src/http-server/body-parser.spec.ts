import { isTooDeep } from './body-parser.js';

const arrays = (depth: number, inner = '') => '['.repeat(depth) + inner + ']'.repeat(depth);
const objects = (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
const isRefused = (json: string) => isTooDeep(Buffer.from(json));

it.each([
  ['a hundred arrays', arrays(100)],
  ['a hundred objects', objects(100)],
  ['many flat entries', `[${'[],{},'.repeat(1_000)}1]`],
  ['brackets in a text', JSON.stringify('[{'.repeat(500))],
  ['brackets after an escaped quote', JSON.stringify(`"${'['.repeat(500)}`)],
  ['brackets in a name', JSON.stringify({ ['{'.repeat(500)]: 1 })],
  ['a text that ends in a backslash', JSON.stringify(['\\', arrays(99)])],
  ['nothing', ''],
])('lets %s through', (_what, json) => expect(isRefused(json)).toBe(false));

it.each([
  ['101 arrays', arrays(101)],
  ['101 objects', objects(101)],
  ['arrays and objects together', '[{"a":'.repeat(51) + '1' + '}]'.repeat(51)],
  ['50,000 open brackets', '['.repeat(50_000)],
  ['depth after a text that ends in a backslash', `["\\\\",${arrays(100)}]`],
  ['depth after a text with quotes', `["a\\"b",${arrays(100)}]`],
  ['depth after many flat entries', `[${'[],'.repeat(200)}${arrays(100)}]`],
  ['depth between letters of several bytes', `["é😀",${arrays(100, '"é"')}]`],
])('refuses %s', (_what, json) => expect(isRefused(json)).toBe(true));

it('refuses nothing that JSON.parse would and that is as deep as the bound allows', () => {
  for (let depth = 1; depth <= 100; depth++) {
    JSON.parse(arrays(depth));
    expect(isRefused(arrays(depth))).toBe(false);
  }
});
