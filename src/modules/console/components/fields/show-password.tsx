import { usePage } from '../../rendering/page-context.js';
import { VisuallyHidden } from '../visually-hidden.js';

/** A button that shows the password in a field. It is hidden until password-field.js has loaded. */
export function ShowPassword({ name, label }: { name: string; label: string }) {
  const { t } = usePage();
  return (
    <button
      type="button"
      class="plain show-password"
      aria-pressed="false"
      aria-controls={name}
      data-show-password
      hidden
    >
      {t('common.show')} <VisuallyHidden>{label}</VisuallyHidden>
    </button>
  );
}
