import { Table, type QueryRunner } from 'typeorm';
import { tableColumns } from '../src/database/index.js';
import type { Migration } from './migration.js';
import { createIndex, createTable, dropIndex, dropTable } from './steps.js';

const BY_KEY = 'usage_hours';
const BY_USER = 'user_usage_hours';
/** The number of hours that one statement adds up. With 100,000 keys in use, this takes a few seconds. */
const HOURS_PER_STATEMENT = 24;

/**
 * Creates the table of usage counters by user, and fills it with the usage of their keys. Replaces the index of the
 * counters by key, so that the keys of an hour can be read in several short queries.
 *
 * The new table has no foreign key to the users. A foreign key would make each write of counters lock rows of `users`,
 * which could deadlock with requests that lock a user before a key.
 */
export class UsageByUser1764100000000 implements Migration {
  readonly name = 'UsageByUser1764100000000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { text, integer, counter } = tableColumns(queryRunner);
    await createTable(
      queryRunner,
      new Table({
        name: BY_USER,
        columns: [
          text('user_id', 36, { isPrimary: true }),
          integer('hour', { isPrimary: true }),
          counter('accepted'),
          counter('limited'),
          counter('denied'),
        ],
        indices: [
          {
            name: 'user_usage_hours_hour',
            columnNames: ['hour', 'user_id', 'accepted', 'limited', 'denied'],
          },
        ],
      }),
    );
    await createIndex(queryRunner, BY_KEY, {
      name: 'usage_hours_hour',
      columnNames: ['hour', 'api_key_id', 'accepted', 'limited', 'denied'],
    });
    await dropIndex(queryRunner, BY_KEY, 'usage_hours_totals');
    await fill(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await createIndex(queryRunner, BY_KEY, {
      name: 'usage_hours_totals',
      columnNames: ['hour', 'accepted', 'limited', 'denied'],
    });
    await dropIndex(queryRunner, BY_KEY, 'usage_hours_hour');
    await dropTable(queryRunner, BY_USER);
  }
}

/** Adds up the usage of each user's keys. It can run again, because it first deletes the rows that it inserts. */
async function fill(queryRunner: QueryRunner): Promise<void> {
  const [range] = (await queryRunner.query(
    `SELECT MIN(hour) AS first, MAX(hour) AS last FROM ${BY_KEY}`,
  )) as { first: number | null; last: number | null }[];
  if (!range || range.first === null || range.last === null) return;
  for (let from = range.first; from <= range.last; from += HOURS_PER_STATEMENT) {
    const hours = [from, from + HOURS_PER_STATEMENT - 1];
    await queryRunner.query(`DELETE FROM ${BY_USER} WHERE hour BETWEEN ? AND ?`, hours);
    await queryRunner.query(
      `INSERT INTO ${BY_USER} (user_id, hour, accepted, limited, denied)
       SELECT api_keys.user_id, counts.hour, SUM(counts.accepted), SUM(counts.limited), SUM(counts.denied)
       FROM ${BY_KEY} AS counts JOIN api_keys ON api_keys.id = counts.api_key_id
       WHERE counts.hour BETWEEN ? AND ? GROUP BY api_keys.user_id, counts.hour`,
      hours,
    );
  }
}
