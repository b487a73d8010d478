import { declaredErrors, declaredFieldErrors } from '../support/declared-errors.js';
import { plain, section, tableRows } from '../support/documents.js';

describe('The error table of docs/api.md', () => {
  const rows = tableRows(section('docs/api.md', 'Errors')).filter(([status]) => /^\d+$/.test(status!));

  it('contains every error of the code and no others', async () => {
    const declared = (await declaredErrors()).map(({ status, code }) => `${status} ${code}`);

    expect(declared.length).toBeGreaterThan(20);
    expect(rows.map(([status, code]) => `${status} ${plain(code)}`).sort()).toEqual(declared.sort());
  });

  it('says when each of them occurs', () => {
    expect(rows.filter(([, , when]) => !when?.endsWith('.'))).toEqual([]);
  });
});

it('docs/api.md contains every code of a field error and no others', async () => {
  const declared = (await declaredFieldErrors()).map(({ code }) => code);
  const documented = tableRows(section('docs/api.md', 'Field errors')).map(([code]) => plain(code));

  expect(declared.length).toBeGreaterThan(20);
  expect(documented.sort()).toEqual(declared.sort());
});
