import { Module } from '@nestjs/common';
import { AdminModule } from '../admin/index.js';
import { ApiKeysAdministrationModule, ApiKeysModule } from '../api-keys/index.js';
import { AuthModule } from '../auth/index.js';
import { RateLimitModule } from '../rate-limit/index.js';
import { UsageModule } from '../usage/index.js';
import { UsersModule } from '../users/index.js';
import { AccountController } from './account/account.controller.js';
import { AllKeysController } from './admin/all-keys.controller.js';
import { BulkRevocationController } from './admin/bulk-revocation.controller.js';
import { OverviewController } from './admin/overview.controller.js';
import { UserActionsController } from './admin/user-steps.controller.js';
import { UserPagesController } from './admin/users.controller.js';
import { ApiKeyPagesController } from './api-keys/api-keys.controller.js';
import { NewKeyController } from './api-keys/new-key.controller.js';
import { AssetsController } from './assets/assets.controller.js';
import { Assets } from './assets/assets.js';
import { HelpController } from './help/help.controller.js';
import { PageRenderer } from './page/page.renderer.js';
import { ShownOnce } from './page/shown-once.js';
import { SecurityTxtController } from './security-txt/security-txt.controller.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignUpController } from './sign-in/sign-up.controller.js';

/** Pages for people. They have no table and no rule of their own: they stand on the same services as the REST API. */
@Module({
  imports: [
    AdminModule,
    ApiKeysAdministrationModule,
    ApiKeysModule,
    AuthModule,
    RateLimitModule,
    UsageModule,
    UsersModule,
  ],
  controllers: [
    SignInController,
    SignUpController,
    AccountController,
    NewKeyController,
    ApiKeyPagesController,
    OverviewController,
    UserPagesController,
    UserActionsController,
    BulkRevocationController,
    AllKeysController,
    HelpController,
    AssetsController,
    SecurityTxtController,
  ],
  providers: [Assets, PageRenderer, ShownOnce],
  exports: [PageRenderer],
})
export class ConsoleModule {}
