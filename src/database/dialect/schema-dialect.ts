import type { QueryRunner, TableColumnOptions } from 'typeorm';

export interface IndexDefinition {
  readonly name: string;
  readonly columns: readonly string[];
}

/** A column that the database computes from other columns. */
export interface GeneratedColumn {
  readonly table: string;
  readonly name: string;
  readonly expression: string;
}

/**
 * The column types and schema changes for migrations. Do not change values that released migrations use, because
 * existing databases already have columns with these values. Methods that change the schema skip changes that were
 * already made.
 */
export interface SchemaDialect {
  /** The options for text columns, in addition to the length. With these options, text is compared byte by byte. */
  readonly textOptions: Partial<TableColumnOptions>;
  /** The options for time columns. With these options, times are stored with milliseconds. */
  readonly timeOptions: Partial<TableColumnOptions>;
  readonly flagType: 'boolean' | 'tinyint';

  /** The SQL type of a nullable time column that ALTER TABLE adds. */
  readonly addedTime: string;
  addedText(length: number): string;

  /** The column types of TypeORM's table `typeorm_metadata`, and the SQL value of its column `schema`. */
  readonly metadata: { readonly name: string; readonly value: string; readonly schema: string };

  /** Changes the maximum length of a text column. */
  resizeText(runner: QueryRunner, table: string, column: string, length: number): Promise<void>;

  /**
   * Returns whether the column exists. This method also finds generated columns, which `QueryRunner.hasColumn` misses
   * on SQLite.
   */
  hasColumn(runner: QueryRunner, table: string, column: string): Promise<boolean>;

  /**
   * Creates and drops indexes of one table.
   * @param generated a generated column that the new indexes contain.
   */
  changeIndexes(
    runner: QueryRunner,
    table: string,
    changes: { readonly create: readonly IndexDefinition[]; readonly drop: readonly string[] },
    generated?: GeneratedColumn,
  ): Promise<void>;
}
