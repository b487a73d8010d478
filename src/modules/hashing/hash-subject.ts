/** The origin of a hash job: a user, an unauthenticated client, or the service itself. */
export type HashSubject =
  | { readonly userId: string }
  /** The networks that contain the address of the client, from the narrowest to the widest: see `addressNetworks`. */
  | { readonly networks: readonly string[] }
  | 'service';

/**
 * Returns the groups of a subject in a `FairQueue`, from the widest to the narrowest. Each user is a separate group, so
 * that colleagues behind one address don't wait for each other. Each IPv6 /48 network is one group, because a single
 * customer may own all 65,536 networks inside it. Its /56 and /64 networks are subgroups. So if several customers share
 * a /48 network and one of them is an attacker, the others don't wait for all of the attacker's jobs.
 */
export function queuePathOf(subject: HashSubject): readonly string[] {
  if (subject === 'service') return ['service'];
  return 'userId' in subject ? [`user ${subject.userId}`] : subject.networks.toReversed();
}
