import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { validationFailed, type FieldError } from '../../../common/errors/index.js';
import type { ListPosition } from '../../../common/pagination/index.js';
import { Database, compareNewestFirst, type Transaction } from '../../../database/index.js';
import { InvalidationBus } from '../../../invalidation/index.js';
import { UsersService } from '../../users/index.js';
import { API_KEY_SUBJECT, toApiKey } from '../api-key.js';
import { CONFIRMATION_MISSING, EXPECTED_MISSING, SELECTION_CHANGED } from '../api-keys.errors.js';
import type { ApiKeyFilter } from '../listing/api-key-conditions.js';
import { isEmptyFilter, toApiKeyFilter, type AdminApiKeyFilter } from '../listing/api-key-filter.js';
import { RevocationRepository } from '../revocation/revocation.repository.js';
import { isApiKeyId } from '../../../common/text/api-key-format.js';
import { BulkRevocationRepository } from './bulk-revocation.repository.js';
import { withOwners, type OwnedApiKey } from './owned-api-key.js';

const SAMPLE_SIZE = 10;

/** Selects the keys to revoke, either by their ids or with a filter. Keys that are already revoked are ignored. */
export type ApiKeySelection = { readonly ids: readonly string[] } | { readonly filter: AdminApiKeyFilter };

export interface BulkRevocation {
  readonly reason: string | null;
  /** The number of matching keys that the preview showed. */
  readonly expected: number | null;
  /** Must be true to revoke all keys of all users. */
  readonly confirm: boolean;
}

export interface RevocationPreview {
  readonly matched: number;
  /** The newest matching keys. */
  readonly sample: readonly OwnedApiKey[];
}

/** A selection for the repository. It contains only well-formed ids, or a filter that keys can match. */
type ResolvedSelection = { readonly ids: readonly string[] } | { readonly filter: ApiKeyFilter };

const EMPTY_SELECTION: ResolvedSelection = { ids: [] };

/** Revokes many keys in one transaction, which revokes all of them or none: docs/api.md, "Revoke many keys". */
@Injectable()
export class BulkRevocationService {
  constructor(
    private readonly repository: BulkRevocationRepository,
    private readonly revocations: RevocationRepository,
    private readonly users: UsersService,
    private readonly database: Database,
    private readonly invalidationBus: InvalidationBus,
    private readonly clock: Clock,
  ) {}

  /** Returns the number of keys that `run` would revoke, and the newest of these keys. */
  async preview(selection: ApiKeySelection): Promise<RevocationPreview> {
    const now = this.clock.now();
    const resolved = resolve(selection, now);
    const { matched, sample } = await this.database.read(async (manager) => {
      let matched = 0;
      let newest: ListPosition[] = [];
      for await (const batch of this.find(manager, resolved, now)) {
        matched += batch.length;
        newest = [...newest, ...batch].sort(compareNewestFirst).slice(0, SAMPLE_SIZE);
      }
      const ids = newest.map(({ id }) => id);
      return { matched, sample: await this.repository.findByIds(manager, ids) };
    });
    const apiKeys = sample.map((entity) => toApiKey(entity, now));
    return { matched, sample: await withOwners(this.users, apiKeys) };
  }

  /**
   * Revokes all selected keys in one transaction.
   * @returns the number of revoked keys.
   * @throws `validation_failed` if `expected` is missing, or if the filter is empty and `confirm` is not true.
   * @throws `selection_changed` if the number of matching keys differs from `expected`, or if other keys have started
   * to match since the search. In these cases, no key is revoked.
   */
  async run(
    caller: Principal,
    selection: ApiKeySelection,
    { reason, expected, confirm }: BulkRevocation,
  ): Promise<number> {
    const errors: FieldError[] = [];
    if (expected === null) {
      errors.push(EXPECTED_MISSING.on('expected'));
    }
    if ('filter' in selection && isEmptyFilter(selection.filter) && !confirm) {
      errors.push(CONFIRMATION_MISSING.on('confirm'));
    }
    if (errors.length > 0) throw validationFailed(...errors);

    const work = async (transaction: Transaction) => {
      const now = this.clock.now();
      const resolved = resolve(selection, now);
      const ids = await this.lock(transaction, resolved, now);
      if (ids.length !== expected || (await this.hasNewMatches(transaction, resolved, ids, now)))
        throw SELECTION_CHANGED.create();
      await this.revocations.revoke(transaction, ids, now, reason);
      for (const id of ids) this.invalidationBus.invalidate(transaction, API_KEY_SUBJECT, id);
      return ids.length;
    };
    // If the filter selects one owner, `write` also locks the owner's row. Without this lock, one of the owner's keys
    // could create another key during the revocation, and the new key would stay active.
    const userId = 'filter' in selection ? selection.filter.userId : null;
    return this.database.write(caller, work, userId === null ? [] : [userId]);
  }

  /**
   * Finds the selected keys, locks them and returns their ids. The search doesn't lock keys, so each key is checked
   * again when it is locked.
   */
  private async lock(transaction: Transaction, selection: ResolvedSelection, now: Date): Promise<string[]> {
    const ids: string[] = [];
    for await (const batch of this.find(transaction.manager, selection, now)) {
      for (const { id } of batch) ids.push(id);
    }
    const filter = 'filter' in selection ? selection.filter : null;
    return this.revocations.lock(transaction, ids.sort(), filter, now);
  }

  /**
   * Searches again and returns whether it finds a key that isn't locked, because the key has started to match since the
   * first search. If it finds none, all matching keys are locked, so they can't create more matching keys.
   */
  private async hasNewMatches(
    { manager }: Transaction,
    selection: ResolvedSelection,
    locked: readonly string[],
    now: Date,
  ): Promise<boolean> {
    // A list of ids never changes. If the filter selects one owner, the owner's row is locked, so no key can be added.
    if ('ids' in selection || selection.filter.userId !== null) return false;
    const lockedIds = new Set(locked);
    for await (const batch of this.find(manager, selection, now)) {
      if (batch.some(({ id }) => !lockedIds.has(id))) return true;
    }
    return false;
  }

  private find(
    manager: Transaction['manager'],
    selection: ResolvedSelection,
    now: Date,
  ): AsyncIterable<ListPosition[]> {
    return 'ids' in selection
      ? this.repository.findUnrevoked(manager, selection.ids)
      : this.repository.searchUnrevoked(manager, selection.filter, now);
  }
}

function resolve(selection: ApiKeySelection, now: Date): ResolvedSelection {
  if ('ids' in selection) return { ids: [...new Set(selection.ids)].filter(isApiKeyId) };
  const filter = toApiKeyFilter(selection.filter, now);
  return filter && filter.status !== 'revoked' ? { filter } : EMPTY_SELECTION;
}
