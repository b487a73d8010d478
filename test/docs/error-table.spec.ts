import { declaredErrors } from '../support/declared-errors.js';
import { plain, readmeSection, tableRows } from '../support/readme.js';

describe("The README's error table", () => {
  const rows = tableRows(readmeSection('Errors'));

  it('holds every error of the code and none that is not in it', async () => {
    const declared = (await declaredErrors()).map(({ status, code }) => `${status} ${code}`);

    expect(declared.length).toBeGreaterThan(20);
    expect(rows.map(([status, code]) => `${status} ${plain(code)}`).sort()).toEqual(declared.sort());
  });

  it('says of each when it comes', () => {
    expect(rows.filter(([, , when]) => !when?.endsWith('.'))).toEqual([]);
  });
});
