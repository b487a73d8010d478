import { Column, Entity, PrimaryColumn } from 'typeorm';
import { columns } from '../columns.js';

/**
 * The oldest build that can run with a migration. `SchemaDataSource` reads and writes this table with plain SQL, so
 * this class only describes the columns.
 */
@Entity({ name: 'migration_requirements' })
export class MigrationRequirementEntity {
  @PrimaryColumn(columns.text(255))
  migration!: string;

  @Column(columns.text(32, 'oldest_build'))
  oldestBuild!: string;
}
