import { Paging } from './paging.js';

/** The pages that a user sees by following “Next” `count` times, beginning with the first page. */
function pagesAfter(count: number): Paging[] {
  const pages = [Paging.of({})];
  for (let n = 1; n <= count; n++) pages.push(Paging.of(pages.at(-1)!.next(`c${n}`)));
  return pages;
}

it('leads back to the first page, one page at a time', () => {
  const [first, ...others] = pagesAfter(4);
  expect(first!.isFirst).toBe(true);
  expect(first!.previous).toBeNull();
  let page = others.at(-1)!;
  for (const cursor of ['c3', 'c2', 'c1', undefined]) {
    expect(page.isFirst).toBe(false);
    page = Paging.of(page.previous!);
    expect(page.cursor).toBe(cursor);
  }
});

it('offers no previous page where the trail was cut, and its URL stays short', () => {
  const pages = pagesAfter(40);
  const query = pages.at(-1)!.previous!;
  expect(query['trail']!.split('.')).toHaveLength(11);
  let page = pages.at(-1)!;
  let steps = 0;
  for (; page.previous; page = Paging.of(page.previous)) steps++;
  expect(page.cursor).toBe(`c${40 - steps}`);
  expect(steps).toBe(11);
});

it('ignores what is repeated or missing', () => {
  const page = Paging.of({ cursor: ['a', 'b'], trail: { x: 1 }, limit: '' });
  expect([page.cursor, page.limit, page.previous]).toEqual([undefined, undefined, null]);
});
