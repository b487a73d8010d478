import { Fragment } from 'preact';

/** An email address that wraps after `@` or before a dot if it is too long for the line, but not inside a word. */
export const BreakableEmail = ({ email }: { email: string }) => (
  <>
    {email.split(/(?<=@)|(?=\.)/).map((part, index) => (
      <Fragment key={index}>
        {index > 0 && <wbr />}
        {part}
      </Fragment>
    ))}
  </>
);
