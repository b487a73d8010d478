import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { validationFailed, type FieldError } from '../../../common/errors/index.js';
import { Database, type Transaction } from '../../../database/index.js';
import { isEmptyFilter, toApiKeyFilter, type AdminApiKeyFilter } from '../listing/api-key-filter.js';
import { isApiKeyId } from '../verification/api-key-format.js';
import { toApiKey, type ApiKey } from '../api-key.js';
import { SELECTION_CHANGED, EXPECTED_MISSING, CONFIRMATION_MISSING } from '../api-keys.errors.js';
import type { ApiKeyFilter } from '../listing/api-key-conditions.js';
import { BulkRevocationRepository, type Match } from './bulk-revocation.repository.js';

const SAMPLE_SIZE = 10;

/** The keys that an admin means: by id, or all that match. Those that are revoked already never count. */
export type ApiKeySelection = { readonly ids: readonly string[] } | { readonly filter: AdminApiKeyFilter };

export interface BulkRevocation {
  readonly reason: string | null;
  /** How many keys the preview counted. */
  readonly expected: number | null;
  /** Needed to revoke every key there is. */
  readonly confirm: boolean;
}

/** What the repository is asked for: ids that keys can have, or a filter that some can match. */
type Wanted = { readonly ids: readonly string[] } | { readonly filter: ApiKeyFilter };

const NOTHING: Wanted = { ids: [] };

/** Revokes many keys at once, all or none: contract.md, section 6. */
@Injectable()
export class BulkRevocationService {
  constructor(
    private readonly repository: BulkRevocationRepository,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** How many keys would be revoked, and the newest of them. */
  preview(selection: ApiKeySelection): Promise<{ matched: number; sample: ApiKey[] }> {
    const now = this.clock.now();
    const wanted = toWanted(selection, now);
    return this.database.read(async (manager) => {
      let matched = 0;
      let newest: Match[] = [];
      for await (const found of this.matches(manager, wanted, now)) {
        matched += found.length;
        newest = [...newest, ...found].sort(newestFirst).slice(0, SAMPLE_SIZE);
      }
      const sample = await this.repository.findByIds(
        manager,
        newest.map(({ id }) => id),
      );
      return { matched, sample: sample.map((entity) => toApiKey(entity, now)) };
    });
  }

  /**
   * Revokes all selected keys in one transaction and says how many they were.
   * Throws `validation_failed` on `expected` and `confirm`, and `selection_changed` when not exactly as many
   * keys match as expected; then none is revoked.
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
      const ids = await this.lock(transaction, toWanted(selection, now), now);
      if (ids.length !== expected) throw SELECTION_CHANGED.create();
      await this.repository.revoke(transaction, ids, now, reason);
      for (const id of ids) transaction.announce({ subject: 'api_key', id });
      return ids.length;
    };
    // While the owner's row is locked none of their keys makes another one, which would escape.
    const userId = 'filter' in selection ? selection.filter.userId : null;
    return this.database.write(caller, work, userId === null ? [] : [userId]);
  }

  /** Looking for keys locks none, so what was found is looked at again once it is locked. */
  private async lock(transaction: Transaction, wanted: Wanted, now: Date): Promise<string[]> {
    const ids: string[] = [];
    for await (const found of this.matches(transaction.manager, wanted, now)) {
      for (const { id } of found) ids.push(id);
    }
    return this.repository.lock(transaction, ids.sort(), 'filter' in wanted ? wanted.filter : null, now);
  }

  private matches(manager: Transaction['manager'], wanted: Wanted, now: Date): AsyncIterable<Match[]> {
    return 'ids' in wanted
      ? this.repository.pick(manager, wanted.ids)
      : this.repository.search(manager, wanted.filter, now);
  }
}

function toWanted(selection: ApiKeySelection, now: Date): Wanted {
  if ('ids' in selection) return { ids: [...new Set(selection.ids)].filter(isApiKeyId) };
  const filter = toApiKeyFilter(selection.filter, now);
  return filter && filter.status !== 'revoked' ? { filter } : NOTHING;
}

const newestFirst = (one: Match, other: Match): number => {
  if (one.createdAt < other.createdAt) return 1;
  if (one.createdAt > other.createdAt) return -1;
  return one.id < other.id ? 1 : -1;
};
