import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StreamableFile } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import type { ListPosition, Slice, SliceRequest } from '../../../../common/pagination/index.js';

/** The number of rows that each query reads. It is small, because a query blocks this process on SQLite. */
const ROWS_PER_SLICE = 100;
/** All fields are quoted, because the library doesn't quote fields that contain only a part of a line break. */
const FORMAT = { record_delimiter: '\r\n', quoted: true, escape_formulas: true } as const;

/** A value of a field. */
type Value = string | number | Date | null;

/** The columns of a file, each with the function that returns its value. */
export type Columns<Item> = Readonly<Record<string, (item: Item) => Value>>;

/**
 * Creates a CSV file (RFC 4180) with all entries of a list, in UTF-8 with a byte order mark. The file is created while
 * the client reads it, so it is never in memory as a whole.
 *
 * Spreadsheets would execute fields that begin with certain characters, for example `=`. Such fields get an apostrophe
 * in front.
 * @param list returns one slice of the list. The first slice is read before this function returns, so that its errors
 * get an error page.
 * @param report is called with an error that occurs later. The connection is then closed, so that the client notices
 * that the file is incomplete.
 */
export async function csvFile<Item>(
  name: string,
  columns: Columns<Item>,
  list: (slice: SliceRequest) => Promise<Slice<Item>>,
  report: (error: unknown) => void,
): Promise<StreamableFile> {
  const read = (after: ListPosition | null) => list({ limit: ROWS_PER_SLICE, after });
  const first = await read(null);
  const toLines = ({ items }: Slice<Item>): string =>
    stringify(
      items.map((item) => Object.values(columns).map((valueOf) => toText(valueOf(item)))),
      FORMAT,
    );
  async function* lines(): AsyncGenerator<string> {
    yield stringify([Object.keys(columns)], { ...FORMAT, bom: true }) + toLines(first);
    for (let { next } = first; next !== null;) {
      await nextTurn();
      const slice = await read(next).catch((error: unknown) => {
        report(error);
        throw error;
      });
      next = slice.next;
      yield toLines(slice);
    }
  }
  return new StreamableFile(Readable.from(lines(), { objectMode: false }), {
    type: 'text/csv; charset=utf-8',
    disposition: `attachment; filename="${name}"`,
  });
}

const toText = (value: Value): string | number | null =>
  value instanceof Date ? value.toISOString() : value;
