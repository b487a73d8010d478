import { Injectable } from '@nestjs/common';
import { LessThan, MoreThan, Not, type EntityManager } from 'typeorm';
import { Database, forUpdate, type Transaction } from '../../database/index.js';
import { SessionEntity } from './session.entity.js';

const sessions = (manager: EntityManager) => manager.getRepository(SessionEntity);

/** A session counts while it began and was last seen after these times. */
export interface SessionBounds {
  readonly createdAfter: Date;
  readonly seenAfter: Date;
}

/** The only place that knows how sessions are stored. One that ended is deleted. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  findByTokenHash(tokenHash: string): Promise<SessionEntity | null> {
    return this.database.read((manager) => sessions(manager).findOneBy({ tokenHash }));
  }

  /** The newest hundred of a user. */
  listLive(userId: string, { createdAfter, seenAfter }: SessionBounds): Promise<SessionEntity[]> {
    return this.database.read((manager) =>
      sessions(manager).find({
        where: { userId, createdAt: MoreThan(createdAfter), lastSeenAt: MoreThan(seenAfter) },
        order: { createdAt: 'DESC', id: 'DESC' },
        take: 100,
      }),
    );
  }

  /** The session, kept from ending until the transaction ends. */
  lock({ manager }: Transaction, id: string, userId: string): Promise<SessionEntity | null> {
    const query = sessions(manager).createQueryBuilder('session').where({ id, userId });
    return forUpdate(query).getOne();
  }

  async insert({ manager }: Transaction, session: SessionEntity): Promise<void> {
    await sessions(manager).insert(session);
  }

  async slide({ manager }: Transaction, id: string, lastSeenAt: Date): Promise<void> {
    await sessions(manager).update({ id, lastSeenAt: LessThan(lastSeenAt) }, { lastSeenAt });
  }

  /** By the id, as everything else locks sessions, so that two that end one at once do not block each other. */
  async deleteByTokenHash({ manager }: Transaction, tokenHash: string): Promise<void> {
    const found = await sessions(manager).findOne({ select: { id: true }, where: { tokenHash } });
    if (found) await sessions(manager).delete({ id: found.id });
  }

  async deleteOfUser(
    { manager }: Transaction,
    userId: string,
    exceptId: string | null = null,
  ): Promise<void> {
    await sessions(manager).delete({ userId, ...(exceptId !== null && { id: Not(exceptId) }) });
  }

  async deleteOver(
    { manager }: Transaction,
    userId: string,
    { createdAfter, seenAfter }: SessionBounds,
  ): Promise<void> {
    const over = [{ createdAt: Not(MoreThan(createdAfter)) }, { lastSeenAt: Not(MoreThan(seenAfter)) }];
    for (const condition of over) await sessions(manager).delete({ userId, ...condition });
  }
}
