import type { ComponentChildren } from 'preact';
import { usePage } from '../rendering/page-context.js';

interface LinkButtonProps {
  /** The path and query of the target page. */
  readonly to: string;
  /** The look of the button: `secondary`, `danger`, `quiet` or `small`. */
  readonly class?: string;
  /** Whether console.js may show the target page in a dialog. */
  readonly isDialog?: boolean;
  readonly children: ComponentChildren;
}

/** A link that looks like a button. */
export function LinkButton({ to, class: className, isDialog, children }: LinkButtonProps) {
  const { link } = usePage();
  return (
    <a
      class={className ? `button ${className}` : 'button'}
      href={link(to)}
      data-dialog={isDialog ? '' : undefined}
    >
      {children}
    </a>
  );
}
