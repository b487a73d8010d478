import type { User } from '../../users/index.js';
import { usePage } from '../rendering/page-context.js';

/** The owner of a key in a table row: the name, which leads to the user's page, and the email, which may be cut off. */
export function KeyOwner({ owner }: { owner: User }) {
  const { link } = usePage();
  return (
    <>
      <a href={link(`/admin/users/${owner.id}`)}>{owner.name}</a>
      <small class="quiet email" title={owner.email}>
        {owner.email}
      </small>
    </>
  );
}
