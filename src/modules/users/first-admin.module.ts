import { Module } from '@nestjs/common';
import { FirstAdminService } from './first-admin.service.js';
import { UsersModule } from './users.module.js';

/** Only the server imports this module. Otherwise, each admin command would also create the first admin. */
@Module({ imports: [UsersModule], providers: [FirstAdminService] })
export class FirstAdminModule {}
