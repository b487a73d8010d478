import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min, ValidateBy } from 'class-validator';
import { displayTextFault, trimText } from '../text/display-text.js';
import { validationFailed } from '../errors/common.errors.js';
import { MayBeMissing } from './validation.js';

/** Where a list goes on: after the entry that was created then and has that id. */
export interface Position {
  readonly createdAt: Date;
  readonly id: string;
}

export interface PageRequest {
  readonly limit: number;
  readonly after: Position | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: Position | null;
}

const encodeCursor = ({ createdAt, id }: Position): string =>
  Buffer.from(JSON.stringify([createdAt.getTime(), id])).toString('base64url');

function decodeCursor(cursor: string): Position {
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
    throw Object.assign(
      validationFailed({ field: 'cursor', message: 'is not one that this list gave out' }),
      {
        cause,
      },
    );
  }
}

/** Reads a whole number from a query, which holds texts; leaves everything else for the validator to refuse. */
export const toWholeNumber = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;

/** The query of every list: contract.md, section 3. */
export class PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 100,
    default: 20,
    description: 'Entries a page.',
  })
  @MayBeMissing()
  @Transform(toWholeNumber)
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(100)
  limit?: number;

  @ApiPropertyOptional({ type: 'string', description: '`nextCursor` of the page before.' })
  @MayBeMissing()
  @IsString()
  @MaxLength(200)
  cursor?: string;

  /** What the repositories understand. Throws `validation_failed` for a cursor that does not parse. */
  static toRequest({ limit, cursor }: PageQuery): PageRequest {
    return { limit: limit ?? 20, after: cursor === undefined ? null : decodeCursor(cursor) };
  }
}

/** A page as it leaves the service. */
export const toPageAnswer = <T, Answer>(page: Page<T>, toAnswer: (item: T) => Answer) => ({
  data: page.items.map(toAnswer),
  nextCursor: page.next && encodeCursor(page.next),
});

/** A search text: the start of what it looks for, up to 254 characters, never a key. */
export const IsSearch = (): PropertyDecorator => (target, property) => {
  Transform(({ value }: { value: unknown }) => trimText(value))(target, property);
  ValidateBy({
    name: 'isSearch',
    validator: {
      validate: (value) => value === '' || displayTextFault(value, 254) === null,
      defaultMessage: (args) => displayTextFault(args?.value, 254) ?? '',
    },
  })(target, property);
};
