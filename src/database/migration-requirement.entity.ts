import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The oldest build that can run with a migration. Written with the migrations, before there are entities. */
@Entity({ name: 'migration_requirements' })
export class MigrationRequirementEntity {
  @PrimaryColumn({ type: 'varchar', length: 255 })
  migration!: string;

  @Column({ name: 'oldest_build', type: 'varchar', length: 32 })
  oldestBuild!: string;
}
