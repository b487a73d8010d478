import type { QueryRunner, TableColumnOptions } from 'typeorm';

/** An index of a table, for a change of several at once. */
export interface IndexDefinition {
  readonly name: string;
  readonly columns: readonly string[];
}

/** A column that the database computes from others. */
export interface GeneratedColumn {
  readonly table: string;
  readonly name: string;
  readonly expression: string;
}

/**
 * How tables are defined. What shipped migrations got from here must stay as it is, because their tables exist.
 * A method that changes tables looks first whether there is anything left to change.
 */
export interface SchemaDialect {
  /** What columns for text need besides their length to compare it byte by byte. */
  readonly textOptions: Partial<TableColumnOptions>;
  /** What columns for times need to keep milliseconds. */
  readonly timeOptions: Partial<TableColumnOptions>;
  readonly flagType: 'boolean' | 'tinyint';

  /** The types of columns that ALTER TABLE adds to existing rows. */
  readonly addedTime: string;
  addedText(length: number): string;

  /** What `typeorm_metadata` is made of: types, and the value of its column for the schema. */
  readonly metadata: { readonly name: string; readonly value: string; readonly schema: string };

  /** Changes how long the text of a column may be. */
  resizeText(runner: QueryRunner, table: string, column: string, length: number): Promise<void>;

  /** Finds generated columns too, which `QueryRunner.hasColumn` doesn't on SQLite. */
  hasColumn(runner: QueryRunner, table: string, column: string): Promise<boolean>;

  /**
   * Creates and drops indexes of one table.
   * @param generated a column that the new indexes may contain.
   */
  changeIndexes(
    runner: QueryRunner,
    table: string,
    changes: { readonly create: readonly IndexDefinition[]; readonly drop: readonly string[] },
    generated: GeneratedColumn,
  ): Promise<void>;
}
