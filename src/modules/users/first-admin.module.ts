import { Module } from '@nestjs/common';
import { FirstAdminService } from './first-admin.service.js';
import { UsersModule } from './users.module.js';

/** Only the server imports this module, because a command must not create the first admin. */
@Module({ imports: [UsersModule], providers: [FirstAdminService] })
export class FirstAdminModule {}
