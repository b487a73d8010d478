import { describeTags } from './tags.js';

it('describes each used tag once: known tags in their order, then unknown tags', () => {
  const tags = describeTags(['Orders', 'Health', 'API keys', 'Orders', 'Health']);
  expect(tags.map(({ name }) => name)).toEqual(['API keys', 'Health', 'Orders']);
  expect(tags.filter(({ description }) => description === '')).toEqual([]);
});
