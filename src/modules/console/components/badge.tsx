import { usePage } from '../rendering/page-context.js';

/** The status of a key or user, as a colored word. */
export function Badge({ state }: { state: 'active' | 'revoked' | 'expired' | 'suspended' }) {
  const { t } = usePage();
  return <span class={`badge ${state}`}>{t(`status.${state}`)}</span>;
}
