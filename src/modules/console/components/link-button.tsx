import type { ComponentChildren } from 'preact';
import { usePage } from '../rendering/page-context.js';

interface LinkButtonProps {
  readonly to: string;
  readonly class?: string;
  /** The query of the target page. The form sends it as hidden fields. */
  readonly query?: Readonly<Record<string, string>>;
  /** Whether console.js may show the target page in a dialog. */
  readonly isDialog?: boolean;
  readonly children: ComponentChildren;
}

/** Shows a button that opens another page. The button is in a form, so it works without JavaScript. */
export function LinkButton({ to, class: className, query = {}, isDialog, children }: LinkButtonProps) {
  const { link } = usePage();
  return (
    <form method="get" action={link(to)} data-dialog={isDialog ? '' : undefined}>
      {Object.entries(query).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button class={className}>{children}</button>
    </form>
  );
}
