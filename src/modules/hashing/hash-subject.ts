/** For whom a hash is made: a user who is known, somebody at an address who is not, or the service itself. */
export type HashSubject =
  | { readonly userId: string }
  /** What the failures of the address count in, narrowest first. */
  | { readonly networks: readonly string[] }
  | 'service';

/**
 * The names that a subject shares its turns under, from the widest to the narrowest. Users have a turn each,
 * wherever they come from, so that colleagues behind one address do not wait for each other. In IPv6 all of a /48
 * has one turn, because one customer may own it and come from 65,536 networks. Its /56 share that turn, and their
 * /64 share it again: so the other customers of a shared /48 do not wait behind everything that a guesser sends.
 */
export function queuePathOf(subject: HashSubject): readonly string[] {
  if (subject === 'service') return ['service'];
  return 'userId' in subject ? [`user ${subject.userId}`] : subject.networks.toReversed();
}
