import type { ComponentChildren } from 'preact';

/** A text for screen readers only. */
export const VisuallyHidden = ({ children }: { children: ComponentChildren }) => (
  <span class="visually-hidden">{children}</span>
);
