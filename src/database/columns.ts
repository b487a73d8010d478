import type { ColumnOptions, QueryRunner, TableColumnOptions, ValueTransformer } from 'typeorm';
import { dialectOf } from './dialect/dialect-of.js';

/**
 * Converts 64-bit integers to numbers, because drivers return them as strings or numbers. Counters stay far below 2^53,
 * so a JavaScript number represents them exactly.
 */
const AS_NUMBER: ValueTransformer = {
  from: (value: string | number | null) => (value === null ? null : Number(value)),
  to: (value: unknown) => value,
};

/** The options for `@Column` and `@PrimaryColumn`. For nullable columns, add `nullable: true`. */
type EntityColumn = ColumnOptions & { nullable?: false };

const entityColumn = (options: EntityColumn, name?: string): EntityColumn =>
  name === undefined ? options : { ...options, name };

/**
 * Functions that create the column options of entities. Pass a name if the name of the column differs from the name of
 * the property.
 */
export const columns = {
  text: (length: number, name?: string) => entityColumn({ type: 'varchar', length }, name),
  /** A time in UTC with milliseconds. */
  time: (name?: string) => entityColumn({ type: 'datetime' }, name),
  flag: (name?: string) => entityColumn({ type: 'boolean' }, name),
  /** A 32-bit integer. */
  integer: (name?: string) => entityColumn({ type: 'integer' }, name),
  /** A 64-bit integer. The property of the entity is a JavaScript number. */
  counter: (name?: string) => entityColumn({ type: 'bigint', transformer: AS_NUMBER }, name),
};

/** The counterpart of `columns` for migrations. The functions define table columns instead of entity properties. */
export function tableColumns(runner: QueryRunner) {
  const { schema } = dialectOf(runner);
  type Options = Partial<TableColumnOptions>;
  return {
    text: (name: string, length: number, options: Options = {}): TableColumnOptions => ({
      name,
      type: 'varchar',
      length: String(length),
      ...schema.textOptions,
      ...options,
    }),
    time: (name: string, options: Options = {}): TableColumnOptions => ({
      name,
      type: 'datetime',
      ...schema.timeOptions,
      ...options,
    }),
    flag: (name: string, options: Options = {}): TableColumnOptions => ({
      name,
      type: schema.flagType,
      ...options,
    }),
    integer: (name: string, options: Options = {}): TableColumnOptions => ({
      name,
      type: 'integer',
      ...options,
    }),
    counter: (name: string, options: Options = {}): TableColumnOptions => ({
      name,
      type: 'bigint',
      ...options,
    }),
  };
}
