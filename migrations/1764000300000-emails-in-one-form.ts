import { Logger } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import type { Migration } from './migration.js';

interface UserRow {
  readonly id: string;
  readonly email: string;
}

/** Rows per query: many enough to be fast, few enough for little memory. */
const SLICE = 5_000;
/** Rows per update. */
const BATCH = 500;
const NAMED_IN_LOG = 20;

/**
 * Rewrites every email address to the form in which new addresses are stored, unless another account has that form
 * already. Of accounts that share a mailbox only one is rewritten; the others still sign in with their own spelling.
 */
export class EmailsInOneForm1764000300000 implements Migration {
  readonly name = 'EmailsInOneForm1764000300000';
  readonly oldestBuild = '0.1.0';

  async up(queryRunner: QueryRunner): Promise<void> {
    const left: string[] = [];
    const users = await otherwiseWritten(queryRunner);
    for (let from = 0; from < users.length; from += BATCH)
      left.push(...(await rewrite(queryRunner, users.slice(from, from + BATCH))));
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

/** Rewrites the addresses whose stored form nobody has. @returns the ids of the other users. */
async function rewrite(queryRunner: QueryRunner, users: readonly UserRow[]): Promise<string[]> {
  const wanted = users.map(({ email }) => inOneForm(email)!);
  const holders = (await queryRunner.query(
    `SELECT email FROM users WHERE email IN (${places(wanted)})`,
    wanted,
  )) as Pick<UserRow, 'email'>[];
  const taken = new Set(holders.map(({ email }) => email));
  const [changes, left]: [string[], string[]] = [[], []];
  for (const [index, { id }] of users.entries()) {
    const email = wanted[index]!;
    if (taken.has(email)) left.push(id);
    else changes.push(id, email);
    taken.add(email);
  }
  if (changes.length === 0) return left;
  const ids = changes.filter((_, index) => index % 2 === 0);
  await queryRunner.query(
    `UPDATE users SET email = CASE id ${'WHEN ? THEN ? '.repeat(ids.length)}END WHERE id IN (${places(ids)})`,
    [...changes, ...ids],
  );
  return left;
}

const places = (values: readonly string[]): string => values.map(() => '?').join(', ');

/** The users whose address is not in its stored form, oldest first. */
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

/** The form in which the service stores an address as of this migration, or `null` if it can't convert it. */
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

/** Trap: a URL's host may contain more than a domain, such as a port, so only characters of domains are allowed in. */
function asciiDomain(domain: string): string {
  if (/^[a-z0-9.-]*$/.test(domain) && !domain.includes('xn--')) return domain;
  const url = `http://${domain}`;
  return /^[a-z0-9.\-\u{80}-\u{10ffff}]*$/u.test(domain) && URL.canParse(url) ? new URL(url).hostname : '';
}
