import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { INVALID_CURSOR, VALIDATION_FAILED } from '../errors/index.js';
import { IsOptionalNotNull, parseQueryInteger } from '../validation/index.js';

/** The position of a page's last entry in a list. The next page begins after it. */
export interface ListPosition {
  readonly createdAt: Date;
  readonly id: string;
  /**
   * The time by which the list is sorted first, before the creation time and the id. `null` comes last. It is
   * `undefined` in lists that are sorted only by creation time and id.
   */
  readonly sortTime?: Date | null;
}

export interface SliceRequest {
  readonly limit: number;
  readonly after: ListPosition | null;
}

export interface Slice<T> {
  readonly items: readonly T[];
  readonly next: ListPosition | null;
}

/** The first value of a cursor is the sort time, if the list has one. */
const encodeCursor = ({ createdAt, id, sortTime }: ListPosition): string => {
  const first = sortTime === undefined ? [] : [sortTime && sortTime.getTime()];
  return Buffer.from(JSON.stringify([...first, createdAt.getTime(), id])).toString('base64url');
};

function decodeCursor(cursor: string, hasSortTime: boolean): ListPosition {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(decoded) || decoded.length !== (hasSortTime ? 3 : 2))
      throw new TypeError('not a position');
    const [time, id] = decoded.slice(-2) as unknown[];
    if (typeof id !== 'string' || !/^[\w-]{1,64}$/.test(id)) throw new TypeError('not a position');
    const position = { createdAt: decodeTime(time), id };
    if (!hasSortTime) return position;
    const [sortTime] = decoded as unknown[];
    return { ...position, sortTime: sortTime === null ? null : decodeTime(sortTime) };
  } catch (cause) {
    throw VALIDATION_FAILED.create({ errors: [INVALID_CURSOR.on('cursor')], cause });
  }
}

function decodeTime(value: unknown): Date {
  if (!Number.isSafeInteger(value)) throw new TypeError('not a time');
  const time = new Date(value as number);
  if (!(time.getTime() >= 0 && time.getUTCFullYear() <= 9999)) throw new RangeError('not a time');
  return time;
}

/** The query parameters of every list (docs/api.md, "Lists"). */
export class SliceQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 100,
    default: 20,
    description: 'The maximum number of entries per page.',
  })
  @IsOptionalNotNull()
  @Transform(parseQueryInteger)
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;

  @ApiPropertyOptional({
    type: 'string',
    maxLength: 200,
    description: 'The `nextCursor` value from the previous page. Omit it to get the first page.',
  })
  @IsOptionalNotNull()
  @IsString()
  @MaxLength(200)
  cursor?: string;

  /**
   * Converts the query parameters to the form that repositories use. Throws `validation_failed` if the cursor is
   * invalid.
   * @param hasSortTime whether the positions in the list have a `sortTime`.
   */
  static toRequest({ limit, cursor }: SliceQuery, hasSortTime = false): SliceRequest {
    return { limit: limit ?? 20, after: cursor === undefined ? null : decodeCursor(cursor, hasSortTime) };
  }
}

/** Converts a slice to a list response. */
export const toListDto = <T, Dto>(slice: Slice<T>, toDto: (item: T) => Dto) => ({
  data: slice.items.map(toDto),
  nextCursor: slice.next && encodeCursor(slice.next),
});
