import type { ComponentChildren } from 'preact';
import type { User } from '../../users/index.js';
import { usePage } from '../rendering/page-context.js';
import { Time } from './time.js';

interface UserFactsProps {
  readonly user: User;
  /** More facts about the user. */
  readonly children?: ComponentChildren;
}

/** The facts about a user that both the user and admins see. */
export function UserFacts({ user, children }: UserFactsProps) {
  const { t } = usePage();
  return (
    <dl class="facts">
      <dt>{t('common.email')}</dt>
      <dd>{user.email}</dd>
      <dt>{t('common.role')}</dt>
      <dd>{t(`role.${user.role}`)}</dd>
      <dt>{t('common.created')}</dt>
      <dd>
        <Time at={user.createdAt} />
      </dd>
      {children}
    </dl>
  );
}
