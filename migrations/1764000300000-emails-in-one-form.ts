import { Logger } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import type { Migration } from './migration.js';

interface UserRow {
  readonly id: string;
  readonly email: string;
}

/** The number of rows that each query reads. It is a compromise between speed and memory use. */
const ROWS_PER_QUERY = 5_000;
const ROWS_PER_UPDATE = 500;
const MAX_LOGGED_IDS = 20;

/**
 * Converts every email address to the form in which new addresses are stored. Skips an address if another account
 * already has the new form. If several accounts share a mailbox, only one of them is converted. The users of the other
 * accounts still sign in with their old spelling.
 */
export class EmailsInOneForm1764000300000 implements Migration {
  readonly name = 'EmailsInOneForm1764000300000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    const skipped: string[] = [];
    const users = await findOtherForms(queryRunner);
    for (let from = 0; from < users.length; from += ROWS_PER_UPDATE)
      skipped.push(...(await convert(queryRunner, users.slice(from, from + ROWS_PER_UPDATE))));
    if (skipped.length === 0) return;
    const named =
      skipped.slice(0, MAX_LOGGED_IDS).join(', ') + (skipped.length > MAX_LOGGED_IDS ? ', …' : '');
    new Logger('Migrations').warn(
      `${skipped.length} accounts share a mailbox with another account, so their email addresses were not converted. ` +
        `Their users must keep signing in with exactly the same spelling as before. User IDs: ${named}`,
    );
  }

  /** Does nothing, because older versions accept the converted addresses. */
  async down(): Promise<void> {}
}

/**
 * Converts the addresses of these users. Skips a user if another account already has the converted address.
 * @returns the ids of the users who were skipped.
 */
async function convert(queryRunner: QueryRunner, users: readonly UserRow[]): Promise<string[]> {
  const converted = users.map(({ email }) => storedForm(email)!);
  const owners = (await queryRunner.query(
    `SELECT email FROM users WHERE email IN (${placeholders(converted)})`,
    converted,
  )) as Pick<UserRow, 'email'>[];
  const taken = new Set(owners.map(({ email }) => email));
  const [changes, skipped]: [string[], string[]] = [[], []];
  for (const [index, { id }] of users.entries()) {
    const email = converted[index]!;
    if (taken.has(email)) skipped.push(id);
    else changes.push(id, email);
    taken.add(email);
  }
  if (changes.length === 0) return skipped;
  const ids = changes.filter((_, index) => index % 2 === 0);
  await queryRunner.query(
    `UPDATE users SET email = CASE id ${'WHEN ? THEN ? '.repeat(ids.length)}END WHERE id IN (${placeholders(ids)})`,
    [...changes, ...ids],
  );
  return skipped;
}

const placeholders = (values: readonly string[]): string => values.map(() => '?').join(', ');

/** Returns the users whose address isn't in canonical form, oldest user first. */
async function findOtherForms(queryRunner: QueryRunner): Promise<UserRow[]> {
  const found: UserRow[] = [];
  for (let offset = 0; ; offset += ROWS_PER_QUERY) {
    const rows = (await queryRunner.query(
      `SELECT id, email FROM users ORDER BY created_at, id LIMIT ${ROWS_PER_QUERY} OFFSET ${offset}`,
    )) as UserRow[];
    found.push(...rows.filter(({ email }) => (storedForm(email) ?? email) !== email));
    if (rows.length < ROWS_PER_QUERY) return found;
  }
}

/**
 * Returns the form in which the service has stored addresses since this migration, or `null` if the address can't be
 * converted.
 */
function storedForm(email: string): string | null {
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

/**
 * Returns the domain in ASCII, or an empty string if it is invalid. Caution: `new URL()` also accepts hosts with a port,
 * so this function allows only the characters of domains.
 */
function asciiDomain(domain: string): string {
  if (/^[a-z0-9.-]*$/.test(domain) && !domain.includes('xn--')) return domain;
  const url = `http://${domain}`;
  return /^[a-z0-9.\-\u{80}-\u{10ffff}]*$/u.test(domain) && URL.canParse(url) ? new URL(url).hostname : '';
}
