import type { ComponentChildren } from 'preact';

/** Text for screen readers only. */
export const VisuallyHidden = ({ children }: { children: ComponentChildren }) => (
  <span class="visually-hidden">{children}</span>
);
