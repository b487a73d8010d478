import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { INVALID_CURSOR, VALIDATION_FAILED } from '../errors/index.js';
import { IsOptionalNotNull, parseQueryInteger } from '../validation/index.js';

/**
 * A position in a list that is sorted by creation time and id. It is the position of a page's last entry, and the next
 * page begins after it.
 */
export interface ListPosition {
  readonly createdAt: Date;
  readonly id: string;
}

export interface SliceRequest {
  readonly limit: number;
  readonly after: ListPosition | null;
}

export interface Slice<T> {
  readonly items: readonly T[];
  readonly next: ListPosition | null;
}

const encodeCursor = ({ createdAt, id }: ListPosition): string =>
  Buffer.from(JSON.stringify([createdAt.getTime(), id])).toString('base64url');

function decodeCursor(cursor: string): ListPosition {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(decoded) || decoded.length !== 2) throw new TypeError('not a position');
    const [time, id] = decoded as unknown[];
    if (!Number.isSafeInteger(time) || typeof id !== 'string' || !/^[\w-]{1,64}$/.test(id)) {
      throw new TypeError('not a position');
    }
    const createdAt = new Date(time as number);
    if (!(createdAt.getTime() >= 0 && createdAt.getUTCFullYear() <= 9999)) throw new RangeError('not a time');
    return { createdAt, id };
  } catch (cause) {
    throw VALIDATION_FAILED.create({ errors: [INVALID_CURSOR.on('cursor')], cause });
  }
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
   */
  static toRequest({ limit, cursor }: SliceQuery): SliceRequest {
    return { limit: limit ?? 20, after: cursor === undefined ? null : decodeCursor(cursor) };
  }
}

/** Converts a slice to a list response. */
export const toListDto = <T, Dto>(slice: Slice<T>, toDto: (item: T) => Dto) => ({
  data: slice.items.map(toDto),
  nextCursor: slice.next && encodeCursor(slice.next),
});
