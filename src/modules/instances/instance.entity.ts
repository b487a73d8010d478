import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A running process, by its last sign of life on the database's clock. */
@Entity({ name: 'instances' })
export class InstanceEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Column({ name: 'seen_at', type: 'datetime' })
  seenAt!: Date;
}
