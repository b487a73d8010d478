import { Module } from '@nestjs/common';
import { FirstAdminService } from './first-admin.service.js';
import { UsersModule } from './users.module.js';

/** Only for servers: commands must not create the first admin. */
@Module({ imports: [UsersModule], providers: [FirstAdminService] })
export class FirstAdminModule {}
