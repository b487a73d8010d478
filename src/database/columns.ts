import type { ColumnOptions, QueryRunner, TableColumnOptions, ValueTransformer } from 'typeorm';
import { dialectOf } from './dialect/dialect-of.js';

/** Drivers give 64-bit integers as text or as numbers. Counters stay far below the 2^53 that a number holds exactly. */
const AS_NUMBER: ValueTransformer = {
  from: (value: string | number | null) => (value === null ? null : Number(value)),
  to: (value: unknown) => value,
};

/** For `@Column` and `@PrimaryColumn`. Add `nullable: true` where it is needed. */
type EntityColumn = ColumnOptions & { nullable?: false };

const entityColumn = (options: EntityColumn, name?: string): EntityColumn =>
  name === undefined ? options : { ...options, name };

/** Columns of entities. The name is that of the column where the property has another one. */
export const columns = {
  text: (length: number, name?: string) => entityColumn({ type: 'varchar', length }, name),
  /** In UTC, with milliseconds. */
  time: (name?: string) => entityColumn({ type: 'datetime' }, name),
  flag: (name?: string) => entityColumn({ type: 'boolean' }, name),
  /** 32 bits. */
  integer: (name?: string) => entityColumn({ type: 'integer' }, name),
  /** 64 bits. */
  counter: (name?: string) => entityColumn({ type: 'bigint', transformer: AS_NUMBER }, name),
};

/** The same columns for the tables of a migration. */
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
