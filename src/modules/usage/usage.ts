/**
 * The number of requests by outcome: docs/api.md, "Usage".
 * - `accepted`: the requests passed all guards.
 * - `limited`: the requests exceeded a rate limit (429).
 * - `denied`: the requests had a valid key, but were denied for another reason.
 */
export interface UsageCounts {
  accepted: number;
  limited: number;
  denied: number;
}

export type UsageOutcome = keyof UsageCounts;

/** Adds up the counts of each outcome. */
export function sumCounts(counts: readonly UsageCounts[]): UsageCounts {
  const sum = { accepted: 0, limited: 0, denied: 0 };
  for (const { accepted, limited, denied } of counts) {
    sum.accepted += accepted;
    sum.limited += limited;
    sum.denied += denied;
  }
  return sum;
}

/**
 * The number of requests in one hour, by outcome. `hour` is the number of whole hours since the start of 1970 in UTC.
 */
export interface HourlyCounts extends UsageCounts {
  readonly hour: number;
}

/** The number of requests with one API key in one hour, by outcome. */
export interface UsageTally extends HourlyCounts {
  readonly apiKeyId: string;
}

export const USAGE_INTERVALS = ['hour', 'day'] as const;
export type UsageInterval = (typeof USAGE_INTERVALS)[number];

/** The number of requests in the hour or day that starts at `at`, by outcome. */
export interface UsageBucket extends UsageCounts {
  readonly at: Date;
}

/** Whose usage is read: that of one API key, or that of all keys of one user. */
export type UsageSubject = { readonly apiKeyId: string } | { readonly userId: string };
