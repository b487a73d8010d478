import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Slice, SliceRequest } from '../../../common/pagination/index.js';
import type { SessionPrincipal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { HOUR_MS } from '../../../common/duration.js';
import { NOT_FOUND } from '../../../common/errors/index.js';
import { isUuid } from '../../../common/text/uuid.js';
import { Database, SYSTEM_AUTHOR, type Transaction } from '../../../database/index.js';
import { isPasswordExpired, UsersService, type User } from '../../users/index.js';
import { SESSION_IDLE_MS, SESSION_LIFETIME_MS } from './session-lifetime.js';
import type { SessionEntity } from './session.entity.js';
import { SessionsRepository, type SessionBounds } from './sessions.repository.js';

/** The maximum number of sessions of a user. The oldest session ends to make room for a new one. */
const MAX_LIVE = 100;
/** A token consists of 256 bits in base64url. */
const TOKEN = /^[\w-]{43}$/;

/** The client of a session, with the details that are shown to the user. */
export interface Device {
  readonly address: string;
  readonly userAgent: string | null;
}

export interface Session extends Device {
  readonly id: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
}

export interface LiveSession {
  readonly session: Session;
  readonly user: User;
}

const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Manages sessions: docs/api.md, "Sessions". The token itself is only in the cookie, and its hash is stored. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly repository: SessionsRepository,
    private readonly users: UsersService,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Starts a session and ends the session of the presented token. Also deletes the user's sessions that have expired or
   * exceed the maximum number.
   * @param presented the session token that the client sent, or `null`.
   * @returns the token of the new session.
   */
  async issue(
    transaction: Transaction,
    userId: string,
    client: Device,
    presented: string | null,
  ): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const now = this.clock.now();
    // `markSeen` comes first, because it locks the user. So sessions that start at the same time see each other.
    await this.users.markSeen(transaction, userId, now);
    if (presented !== null) await this.repository.deleteByTokenHash(transaction, hashToken(presented));
    await this.repository.deleteOver(transaction, userId, this.bounds(now));
    await this.repository.deleteOlderThanNewest(transaction, userId, MAX_LIVE - 1);
    await this.repository.insert(transaction, {
      id: randomUUID(),
      userId,
      tokenHash: hashToken(token),
      createdAt: now,
      lastSeenAt: now,
      address: client.address,
      userAgent: client.userAgent?.slice(0, 400) ?? null,
    });
    return token;
  }

  /**
   * Returns the live session that belongs to a token, and its user. Returns `null` if the session has ended or the
   * user's temporary password has expired.
   */
  async find(token: string): Promise<LiveSession | null> {
    const found = await this.peek(token);
    const now = this.clock.now();
    if (found && Math.abs(now.getTime() - found.session.lastSeenAt.getTime()) >= HOUR_MS)
      await this.slide(found, now);
    return found;
  }

  /** Does the same as `find`, but doesn't count as use of the session, so it writes nothing. */
  async peek(token: string): Promise<LiveSession | null> {
    const entity = TOKEN.test(token) ? await this.repository.findByTokenHash(hashToken(token)) : null;
    const now = this.clock.now();
    if (!entity || !isLive(entity, this.bounds(now))) return null;
    const user = await this.users.get(entity.userId);
    return isPasswordExpired(user, now) ? null : { session: toSession(entity), user };
  }

  /** Returns whether the session is still live, and locks it until the transaction ends. */
  async stillLives(transaction: Transaction, { sessionId, userId }: SessionPrincipal): Promise<boolean> {
    const entity = await this.repository.lock(transaction, sessionId, userId);
    return entity !== null && isLive(entity, this.bounds(this.clock.now()));
  }

  /** Returns whether the caller signed in at most this time ago. */
  async startedWithin({ sessionId, userId }: SessionPrincipal, durationMs: number): Promise<boolean> {
    const startedAt = await this.repository.startOf(sessionId, userId);
    // Another instance with a different clock may have started the session, so its start may be in the future.
    return startedAt !== null && Math.abs(this.clock.now().getTime() - startedAt.getTime()) <= durationMs;
  }

  /** Returns the caller's live sessions, newest first. */
  async list({ userId }: SessionPrincipal, page: SliceRequest): Promise<Slice<Session>> {
    const { items, next } = await this.repository.listLive(userId, this.bounds(this.clock.now()), page);
    return { items: items.map(toSession), next };
  }

  async end(token: string): Promise<void> {
    await this.database.write(SYSTEM_AUTHOR, (transaction) =>
      this.repository.deleteByTokenHash(transaction, hashToken(token)),
    );
  }

  /** Ends one of the caller's live sessions. Throws `not_found` if the caller has no live session with this id. */
  async endOne(caller: SessionPrincipal, id: string): Promise<void> {
    const isEnded = await this.database.write(caller, async (transaction) => {
      const entity = isUuid(id) ? await this.repository.lock(transaction, id, caller.userId) : null;
      if (!entity || !isLive(entity, this.bounds(this.clock.now()))) return false;
      await this.repository.delete(transaction, id);
      return true;
    });
    if (!isEnded) throw NOT_FOUND.create({ detail: 'You have no active session with this ID.' });
  }

  async endOthers(caller: SessionPrincipal): Promise<void> {
    await this.database.write(caller, (transaction) =>
      this.repository.deleteOfUser(transaction, caller.userId, caller.sessionId),
    );
  }

  async endAll(transaction: Transaction, userId: string): Promise<void> {
    await this.repository.deleteOfUser(transaction, userId);
  }

  private async slide({ session, user }: LiveSession, now: Date): Promise<void> {
    await this.database.write(SYSTEM_AUTHOR, async (transaction) => {
      // The user is locked before the session, because other writes lock them in the same order.
      await this.users.markSeen(transaction, user.id, now);
      await this.repository.slide(transaction, session.id, now, new Date(now.getTime() + HOUR_MS));
    });
  }

  private bounds(now: Date): SessionBounds {
    return {
      createdAfter: new Date(now.getTime() - SESSION_LIFETIME_MS),
      // The clocks of the instances differ a little. A session from more than an hour in the future was created with a
      // wrong clock, and would otherwise be live for too long.
      createdBefore: new Date(now.getTime() + HOUR_MS),
      seenAfter: new Date(now.getTime() - SESSION_IDLE_MS),
    };
  }
}

const isLive = (
  { createdAt, lastSeenAt }: SessionEntity,
  { createdAfter, createdBefore, seenAfter }: SessionBounds,
): boolean => createdAt > createdAfter && createdAt < createdBefore && lastSeenAt > seenAfter;

const toSession = ({ id, createdAt, lastSeenAt, address, userAgent }: SessionEntity): Session => ({
  id,
  createdAt,
  lastSeenAt,
  address,
  userAgent,
});
