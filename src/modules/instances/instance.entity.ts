import { Column, Entity, PrimaryColumn } from 'typeorm';
import { columns } from '../../database/index.js';

/** A running process and the time of its last heartbeat, on the database's clock. */
@Entity({ name: 'instances' })
export class InstanceEntity {
  @PrimaryColumn(columns.text(36))
  id!: string;

  @Column(columns.time('seen_at'))
  seenAt!: Date;
}
