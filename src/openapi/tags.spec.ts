import { describeTags } from './tags.js';

it('describes the used tags once, ours in their order and unknown ones last', () => {
  const tags = describeTags(['Orders', 'Health', 'API keys', 'Orders', 'Health']);
  expect(tags.map(({ name }) => name)).toEqual(['API keys', 'Health', 'Orders']);
  expect(tags.filter(({ description }) => description === '')).toEqual([]);
});
