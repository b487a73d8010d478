import { Module } from '@nestjs/common';
import { PAGE_ERROR_FILTER } from '../../common/http/index.js';
import { AdminModule } from '../admin/index.js';
import { ApiKeysAdministrationModule, ApiKeysModule } from '../api-keys/index.js';
import { AuthModule } from '../auth/index.js';
import { RateLimitModule } from '../rate-limit/index.js';
import { UsageModule } from '../usage/index.js';
import { UsersModule } from '../users/index.js';
import { AccountController } from './account/account.controller.js';
import { SessionPagesController } from './account/session-pages.controller.js';
import { AdminKeyPagesController } from './admin/api-keys/admin-key-pages.controller.js';
import { RevocationPreviewsService } from './admin/api-keys/revocation-previews.service.js';
import { AllKeysController } from './admin/api-keys/all-keys.controller.js';
import { BulkRevocationController } from './admin/api-keys/bulk-revocation.controller.js';
import { ExportController } from './admin/export/export.controller.js';
import { OverviewController } from './admin/overview.controller.js';
import { UserActionsController } from './admin/users/user-actions.controller.js';
import { UserPagesController } from './admin/users/user-pages.controller.js';
import { ApiKeyPagesController } from './api-keys/api-key-pages.controller.js';
import { KeyListController } from './api-keys/list/key-list.controller.js';
import { CreateKeyController } from './api-keys/creation/create-key.controller.js';
import { AssetsController } from './assets/assets.controller.js';
import { RootFilesController } from './assets/root-files.controller.js';
import { AssetsService } from './assets/assets.service.js';
import { HelpController } from './help/help.controller.js';
import { PageErrorFilter } from './rendering/page-error.filter.js';
import { PageRenderer } from './rendering/page.renderer.js';
import { ViewerService } from './rendering/viewer.service.js';
import { OnceOnlyFormsService } from './forms/once-only-forms.service.js';
import { SecurityTxtController } from './security-txt/security-txt.controller.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignUpController } from './sign-in/sign-up.controller.js';

/**
 * The pages of the console. The console has no tables and no business rules. It uses the same services as the REST
 * API.
 */
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
    SessionPagesController,
    CreateKeyController,
    KeyListController,
    ApiKeyPagesController,
    OverviewController,
    ExportController,
    UserPagesController,
    UserActionsController,
    BulkRevocationController,
    AllKeysController,
    AdminKeyPagesController,
    HelpController,
    AssetsController,
    RootFilesController,
    SecurityTxtController,
  ],
  providers: [
    AssetsService,
    PageRenderer,
    ViewerService,
    RevocationPreviewsService,
    OnceOnlyFormsService,
    PageErrorFilter,
    { provide: PAGE_ERROR_FILTER, useExisting: PageErrorFilter },
  ],
  exports: [PageRenderer, PAGE_ERROR_FILTER],
})
export class ConsoleModule {}
