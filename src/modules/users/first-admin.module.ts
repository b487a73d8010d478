import { Module } from '@nestjs/common';
import { FirstAdmin } from './first-admin.js';
import { UsersModule } from './users.module.js';

/** For servers only: commands leave a database without users as it is. */
@Module({ imports: [UsersModule], providers: [FirstAdmin] })
export class FirstAdminModule {}
