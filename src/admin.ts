import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AdminCommandsService, CommandsModule } from './commands/index.js';
import { AppError } from './common/errors/index.js';
import { loadDotEnv, parseEnv } from './settings/index.js';

const USAGE = `Usage: npm run admin -- <command>

  create-admin [email]     Create an admin with this email address (default: ADMIN_EMAIL).
  reset-password <email>   Set a temporary password for a user and end all their sessions.
  list-users               List all users.
  revoke-key <id>          Revoke the API key with this ID.

The commands use the database in DATABASE_URL. They work whether or not the server is running.
`;

type Command = (commands: AdminCommandsService, ...args: string[]) => Promise<void>;

const COMMANDS: Readonly<Record<string, { run: Command; minArgs: number; maxArgs: number }>> = {
  'create-admin': { run: (commands, email) => commands.createAdmin(email), minArgs: 0, maxArgs: 1 },
  'reset-password': { run: (commands, email) => commands.resetPassword(email), minArgs: 1, maxArgs: 1 },
  'list-users': { run: (commands) => commands.listUsers(), minArgs: 0, maxArgs: 0 },
  'revoke-key': { run: (commands, id) => commands.revokeKey(id), minArgs: 1, maxArgs: 1 },
};

async function main([name = '', ...args]: readonly string[]): Promise<void> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]! : null;
  if (!command || args.length < command.minArgs || args.length > command.maxArgs) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  process.umask(0o077);
  loadDotEnv();
  const module = CommandsModule.forRoot(parseEnv(process.env));
  const app = await NestFactory.createApplicationContext(module, {
    // Nest must not log errors, because the `catch` at the end of this file prints them.
    logger: false,
    abortOnError: false,
  });
  try {
    await command.run(app.get(AdminCommandsService), ...args);
  } finally {
    await app.close();
  }
}

/** Returns the text that the operator sees: the error message, its invalid fields and its cause. */
function messageOf(error: unknown): string {
  if (!(error instanceof AppError)) return error instanceof Error ? error.message : String(error);
  const fields = error.errors?.map(({ field, message }) => `${field} ${message}`) ?? [];
  const cause = error.cause instanceof Error ? [error.cause.message] : [];
  return [error.message, ...fields, ...cause].join('\n');
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
