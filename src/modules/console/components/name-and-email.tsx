import { usePage } from '../rendering/page-context.js';

interface NameAndEmailProps {
  /** The path of the page that the name leads to. */
  readonly to: string;
  readonly name: string;
  readonly email: string;
}

/** A name that leads to a page, with an email below it. Neither is broken inside a word that fits on a line. */
export function NameAndEmail({ to, name, email }: NameAndEmailProps) {
  const { link } = usePage();
  return (
    <div class="name-and-email">
      <a href={link(to)}>{name}</a>
      <small>
        <BreakableEmail email={email} />
      </small>
    </div>
  );
}

/** An email that browsers break only before a dot or an at sign, unless a part of it doesn't fit on a line. */
export const BreakableEmail = ({ email }: { email: string }) => (
  <>
    {email.split(/(?=[.@])/).map((part, index) => (
      <>
        {index > 0 && <wbr />}
        {part}
      </>
    ))}
  </>
);
