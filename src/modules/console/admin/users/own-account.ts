import type { SessionPrincipal } from '../../../../common/access/index.js';
import { validationFailed } from '../../../../common/errors/index.js';
import type { UserChanges, UsersService } from '../../../users/index.js';
import { MUST_BE_CHECKED } from '../../console.errors.js';
import { textOf, type FormBody } from '../../forms/form-body.js';

/** The name of the checkbox with which admins confirm that they lose access to the admin pages. */
export const CONFIRM_FIELD = 'confirm';

/** Whether admins would lose their own access to the admin pages with these changes to a user. */
export const losesOwnAccess = (
  caller: SessionPrincipal,
  userId: string,
  { role = 'admin', status = 'active' }: UserChanges,
): boolean => userId === caller.userId && (role !== 'admin' || status !== 'active');

/**
 * Checks that admins who would lose their own access have confirmed that. The last active admin can't lose it even with
 * a confirmation.
 * @throws `last_admin`, or `validation_failed` if the confirmation is missing.
 */
export async function requireConfirmation(
  users: UsersService,
  userId: string,
  form: FormBody,
): Promise<void> {
  await users.requireAnotherAdminThan(userId);
  if (textOf(form, CONFIRM_FIELD) !== 'yes') throw validationFailed(MUST_BE_CHECKED.on(CONFIRM_FIELD));
}
