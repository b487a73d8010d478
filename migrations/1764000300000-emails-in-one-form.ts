import { Logger } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import type { Migration } from './migration.js';

interface UserRow {
  readonly id: string;
  readonly email: string;
}

/** Read at once: as much as is worth a question, and little memory. */
const SLICE = 5_000;
const NAMED_IN_LOG = 20;

/**
 * Writes every email address in the form in which new ones are stored, where nobody has that one. Accounts that
 * share a mailbox are left as they are, but for one of them: they still sign in with the spelling they always had.
 */
export class EmailsInOneForm1764000300000 implements Migration {
  readonly name = 'EmailsInOneForm1764000300000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    const left: string[] = [];
    for (const { id, email } of await otherwiseWritten(queryRunner)) {
      const wanted = inOneForm(email)!;
      const holders = (await queryRunner.query('SELECT id FROM users WHERE email = ?', [
        wanted,
      ])) as unknown[];
      if (holders.length > 0) left.push(id);
      else await queryRunner.query('UPDATE users SET email = ? WHERE id = ?', [wanted, id]);
    }
    if (left.length === 0) return;
    const named = left.slice(0, NAMED_IN_LOG).join(', ') + (left.length > NAMED_IN_LOG ? ', …' : '');
    new Logger('Migrations').warn(
      `${left.length} accounts share a mailbox with another one and keep their email address as it is. ` +
        `Each still signs in with exactly that spelling. User ids: ${named}`,
    );
  }

  /** Nothing to undo: older versions take these addresses as they are. */
  async down(): Promise<void> {}
}

/** The users whose address is not in its one form, oldest first. */
async function otherwiseWritten(queryRunner: QueryRunner): Promise<UserRow[]> {
  const found: UserRow[] = [];
  for (let offset = 0; ; offset += SLICE) {
    const rows = (await queryRunner.query(
      `SELECT id, email FROM users ORDER BY created_at, id LIMIT ${SLICE} OFFSET ${offset}`,
    )) as UserRow[];
    found.push(...rows.filter(({ email }) => (inOneForm(email) ?? email) !== email));
    if (rows.length < SLICE) return found;
  }
}

/** As the service writes an address at this point of its history, or `null` for what it cannot convert. */
function inOneForm(email: string): string | null {
  const at = email.lastIndexOf('@');
  const domain = asciiDomain(lowerCase(email.slice(at + 1)));
  const written = `${unquoted(lowerCase(email.slice(0, at)))}@${domain}`;
  return domain === '' || written.length > 254 ? null : written;
}

const lowerCase = (text: string): string => text.normalize('NFC').toLowerCase().normalize('NFC');

function unquoted(local: string): string {
  if (!/^".*"$/.test(local)) return local;
  const content = local.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  const isDotAtom = /^[^\s"(),:;<>@[\\\].]+(\.[^\s"(),:;<>@[\\\].]+)*$/u.test(content);
  return isDotAtom ? content : `"${content.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** Trap: as the host of a URL is read further than a domain goes, such as to a slash, only domains may get there. */
function asciiDomain(domain: string): string {
  if (/^[a-z0-9.-]*$/.test(domain) && !domain.includes('xn--')) return domain;
  const url = `http://${domain}`;
  return /^[a-z0-9.\-\u{80}-\u{10ffff}]*$/u.test(domain) && URL.canParse(url) ? new URL(url).hostname : '';
}
