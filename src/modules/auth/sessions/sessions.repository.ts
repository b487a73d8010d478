import { Injectable } from '@nestjs/common';
import { And, In, LessThan, MoreThan, Not, type EntityManager } from 'typeorm';
import type { Slice, SliceRequest } from '../../../common/pagination/index.js';
import { Database, dialectOf, type Transaction } from '../../../database/index.js';
import { SessionEntity } from './session.entity.js';

const sessions = (manager: EntityManager) => manager.getRepository(SessionEntity);

/**
 * The conditions for a live session. It was created after `createdAfter` and before `createdBefore`, and last seen
 * after `seenAfter`.
 */
export interface SessionBounds {
  readonly createdAfter: Date;
  readonly createdBefore: Date;
  readonly seenAfter: Date;
}

/** Stores sessions. A session is ended by deleting its row. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  findByTokenHash(tokenHash: string): Promise<SessionEntity | null> {
    return this.database.read((manager) => sessions(manager).findOneBy({ tokenHash }));
  }

  /** Returns the time when the session started, or `null` if it has ended. */
  async startOf(id: string, userId: string): Promise<Date | null> {
    const found = await this.database.read((manager) =>
      sessions(manager).findOne({ select: { createdAt: true }, where: { id, userId } }),
    );
    return found?.createdAt ?? null;
  }

  /** Returns the user's live sessions, newest first. */
  async listLive(
    userId: string,
    { createdAfter, createdBefore, seenAfter }: SessionBounds,
    { limit, after }: SliceRequest,
  ): Promise<Slice<SessionEntity>> {
    const found = await this.database.read((manager) => {
      const query = sessions(manager)
        .createQueryBuilder('session')
        .where({
          userId,
          createdAt: And(MoreThan(createdAfter), LessThan(createdBefore)),
          lastSeenAt: MoreThan(seenAfter),
        })
        .orderBy('session.createdAt', 'DESC')
        .addOrderBy('session.id', 'DESC')
        .limit(limit + 1);
      if (after)
        query.andWhere(
          '(session.createdAt < :createdAt OR (session.createdAt = :createdAt AND session.id < :id))',
          { ...after },
        );
      return query.getMany();
    });
    const items = found.slice(0, limit);
    return { items, next: found.length > limit ? items.at(-1)! : null };
  }

  /** Reads the session and locks it until the transaction ends. */
  lock({ manager }: Transaction, id: string, userId: string): Promise<SessionEntity | null> {
    const query = sessions(manager).createQueryBuilder('session').where({ id, userId });
    return dialectOf(query).forUpdate(query).getOne();
  }

  async insert({ manager }: Transaction, session: SessionEntity): Promise<void> {
    await sessions(manager).insert(session);
  }

  /**
   * Updates the time when the session was last seen. Never replaces a plausible later time.
   * @param ahead the latest plausible time. A stored time after it came from a wrong clock and is replaced.
   */
  async slide({ manager }: Transaction, id: string, lastSeenAt: Date, ahead: Date): Promise<void> {
    await sessions(manager)
      .createQueryBuilder()
      .update()
      .set({ lastSeenAt })
      .where({ id })
      .andWhere('(last_seen_at < :lastSeenAt OR last_seen_at > :ahead)', { lastSeenAt, ahead })
      .execute();
  }

  async delete({ manager }: Transaction, id: string): Promise<void> {
    await sessions(manager).delete({ id });
  }

  /**
   * Deletes the session with this token hash. It finds the session's id first and deletes by id, because all writes
   * lock sessions by id. So two requests that end the same session at the same time can't deadlock.
   */
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

  /**
   * Deletes the user's sessions except the newest ones. The user must be locked. Otherwise, sessions that start at the
   * same time could be missed.
   * @param count the number of sessions to keep.
   */
  async deleteOlderThanNewest({ manager }: Transaction, userId: string, count: number): Promise<void> {
    const older = await sessions(manager).find({
      select: { id: true },
      where: { userId },
      order: { createdAt: 'DESC', id: 'DESC' },
      skip: count,
      // MySQL requires a limit if there is an offset. If more sessions are left, the next sign-in deletes them.
      take: 1_000,
    });
    if (older.length > 0) await sessions(manager).delete({ id: In(older.map(({ id }) => id)) });
  }

  async deleteOver(
    { manager }: Transaction,
    userId: string,
    { createdAfter, createdBefore, seenAfter }: SessionBounds,
  ): Promise<void> {
    const over = [
      { createdAt: Not(MoreThan(createdAfter)) },
      { createdAt: Not(LessThan(createdBefore)) },
      { lastSeenAt: Not(MoreThan(seenAfter)) },
    ];
    for (const condition of over) await sessions(manager).delete({ userId, ...condition });
  }
}
