import { Injectable } from '@nestjs/common';
import { AdminApiKeysService, type OwnedApiKey } from '../api-keys/index.js';
import type { Ranking, UsageCounts } from '../usage/index.js';
import { UsersService, type User } from '../users/index.js';

export interface TopApiKey extends OwnedApiKey, UsageCounts {}

export interface TopUser extends UsageCounts {
  readonly user: User;
}

/** The entries with the most accepted and with the most limited requests, the highest number first. */
interface Top<Entry> {
  readonly accepted: readonly Entry[];
  readonly limited: readonly Entry[];
}

export type TopApiKeys = Top<TopApiKey>;
export type TopUsers = Top<TopUser>;

/** Finds the keys and users of a ranking. */
@Injectable()
export class TopUsageService {
  constructor(
    private readonly apiKeysService: AdminApiKeysService,
    private readonly usersService: UsersService,
  ) {}

  /** Leaves out keys that have been removed. */
  async apiKeys(ranking: Ranking): Promise<TopApiKeys> {
    return withDetails(ranking, await this.apiKeysService.getMany(idsOf(ranking)));
  }

  async users(ranking: Ranking): Promise<TopUsers> {
    const users = await this.usersService.getMany(idsOf(ranking));
    return withDetails(ranking, new Map([...users].map(([id, user]) => [id, { user }])));
  }
}

const idsOf = ({ accepted, limited }: Ranking): string[] => [
  ...new Set([...accepted, ...limited].map(({ id }) => id)),
];

function withDetails<Details>(
  { accepted, limited }: Ranking,
  found: ReadonlyMap<string, Details>,
): Top<Details & UsageCounts> {
  const add = (ranked: Ranking['accepted']) =>
    ranked.flatMap(({ id, ...counts }) => {
      const details = found.get(id);
      return details ? [{ ...details, ...counts }] : [];
    });
  return { accepted: add(accepted), limited: add(limited) };
}
