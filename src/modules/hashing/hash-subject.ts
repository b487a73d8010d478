/** Who causes a hash job: a user, an unauthenticated client, or the service itself. */
export type HashSubject =
  | { readonly userId: string }
  /** The networks that contain the client's address, narrowest first: see `addressNetworks`. */
  | { readonly networks: readonly string[] }
  | 'service';

/**
 * The groups of a subject in a `FairQueue`, from the widest to the narrowest. Each user is a group, whatever their
 * address, so that colleagues behind one address don't wait for each other. A whole IPv6 /48 is one group, because a
 * single customer may own it and use 65,536 networks. Its /56 and /64 networks are subgroups. If customers share the
 * /48, none of them has to wait behind all jobs of an attacker in it.
 */
export function queuePathOf(subject: HashSubject): readonly string[] {
  if (subject === 'service') return ['service'];
  return 'userId' in subject ? [`user ${subject.userId}`] : subject.networks.toReversed();
}
