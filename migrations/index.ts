import type { Migrations } from '../src/database/index.js';
import { Initial1763800000000 } from './1763800000000-initial.js';
import { ChangeFeed1763900000000 } from './1763900000000-change-feed.js';
import { Usage1763900100000 } from './1763900100000-usage.js';
import { Instances1763900200000 } from './1763900200000-instances.js';
import { Figures1763900300000 } from './1763900300000-figures.js';
import { MigrationRequirements1764000000000 } from './1764000000000-migration-requirements.js';
import { MadeWithKeys1764000100000 } from './1764000100000-made-with-keys.js';
import { Lists1764000200000 } from './1764000200000-lists.js';
import { EmailsInOneForm1764000300000 } from './1764000300000-emails-in-one-form.js';
import { TemporaryPasswordsEnd1764000400000 } from './1764000400000-temporary-passwords-end.js';
import { OwnKeys1764000500000 } from './1764000500000-own-keys.js';
import { UsageByUser1764100000000 } from './1764100000000-usage-by-user.js';

/** All migrations, oldest first. The list is explicit, so that no file is included by accident. */
export const MIGRATIONS: Migrations = [
  Initial1763800000000,
  ChangeFeed1763900000000,
  Usage1763900100000,
  Instances1763900200000,
  Figures1763900300000,
  MigrationRequirements1764000000000,
  MadeWithKeys1764000100000,
  Lists1764000200000,
  EmailsInOneForm1764000300000,
  TemporaryPasswordsEnd1764000400000,
  OwnKeys1764000500000,
  UsageByUser1764100000000,
];
