import {
  Controller,
  Get,
  Query,
  Req,
  UseFilters,
  VERSION_NEUTRAL,
  type StreamableFile,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { SessionOnly } from '../../../../common/access/index.js';
import type { Slice, SliceRequest } from '../../../../common/pagination/index.js';
import { ErrorLogger, FORBIDDEN, translateError } from '../../../../common/errors/index.js';
import { loggedRequest, type HttpRequest } from '../../../../common/http/index.js';
import {
  AdminUsersService,
  ApiKeyFilterDto,
  ListUsersQuery,
  type UserWithKeyCount,
} from '../../../admin/index.js';
import { AdminApiKeysService, type OwnedApiKey } from '../../../api-keys/index.js';
import { SessionAuthenticator } from '../../../auth/index.js';
import { optionalTextOf, type FormBody } from '../../forms/form-body.js';
import { validateForm } from '../../forms/form-result.js';
import { LANGUAGES } from '../../i18n/languages.js';
import { localizedPath } from '../../i18n/localized-path.js';
import { PageErrorFilter } from '../../rendering/page-error.filter.js';
import { validateKeyQuery } from '../api-keys/key-filter-values.js';
import { csvFile, type Columns } from './csv-file.js';

const KEY_COLUMNS: Columns<OwnedApiKey> = {
  id: ({ apiKey }) => apiKey.id,
  name: ({ apiKey }) => apiKey.name,
  description: ({ apiKey }) => apiKey.description,
  prefix: ({ apiKey }) => apiKey.prefix,
  status: ({ apiKey }) => apiKey.status,
  ownerId: ({ owner }) => owner.id,
  ownerEmail: ({ owner }) => owner.email,
  ownerName: ({ owner }) => owner.name,
  createdAt: ({ apiKey }) => apiKey.createdAt,
  createdByKeyId: ({ apiKey }) => apiKey.createdByKeyId,
  expiresAt: ({ apiKey }) => apiKey.expiresAt,
  lastUsedAt: ({ apiKey }) => apiKey.lastUsedAt,
  lastUsedFrom: ({ apiKey }) => apiKey.lastUsedFrom,
  revokedAt: ({ apiKey }) => apiKey.revokedAt,
  revokedReason: ({ apiKey }) => apiKey.revokedReason,
};

const USER_COLUMNS: Columns<UserWithKeyCount> = {
  id: ({ user }) => user.id,
  email: ({ user }) => user.email,
  name: ({ user }) => user.name,
  role: ({ user }) => user.role,
  status: ({ user }) => user.status,
  activeApiKeys: ({ activeApiKeys }) => activeApiKeys,
  createdAt: ({ user }) => user.createdAt,
  lastSeenAt: ({ user }) => user.lastSeenAt,
};

/** Exports the lists for admins as CSV files, with the same filters and in the same order as the pages. */
@ApiExcludeController()
@SessionOnly({ roles: ['admin'] })
@UseFilters(PageErrorFilter)
@Controller({
  path: LANGUAGES.map((language) => localizedPath(language, '/admin')),
  version: VERSION_NEUTRAL,
})
export class ExportController {
  constructor(
    private readonly apiKeys: AdminApiKeysService,
    private readonly users: AdminUsersService,
    private readonly sessions: SessionAuthenticator,
    private readonly log: ErrorLogger,
  ) {}

  @Get('api-keys.csv')
  async exportApiKeys(@Query() query: FormBody, @Req() request: HttpRequest): Promise<StreamableFile> {
    const filter = ApiKeyFilterDto.toFilter(await validateKeyQuery(query));
    return csvFile(
      'api-keys.csv',
      KEY_COLUMNS,
      this.onlyForAdmins(request, (slice) => this.apiKeys.list(filter, slice)),
      this.reporter(request),
    );
  }

  @Get('users.csv')
  async exportUsers(@Query() query: FormBody, @Req() request: HttpRequest): Promise<StreamableFile> {
    const input = await validateForm(ListUsersQuery, {
      search: optionalTextOf(query, 'search'),
      role: optionalTextOf(query, 'role'),
      status: optionalTextOf(query, 'status'),
    });
    const filter = ListUsersQuery.toFilter(input);
    return csvFile(
      'users.csv',
      USER_COLUMNS,
      this.onlyForAdmins(request, (slice) => this.users.list(filter, slice)),
      this.reporter(request),
    );
  }

  /**
   * Returns a function that reads a slice only if the caller is still an admin with a live session. A client can take
   * hours to read a file.
   */
  private onlyForAdmins<Item>(
    request: HttpRequest,
    list: (slice: SliceRequest) => Promise<Slice<Item>>,
  ): (slice: SliceRequest) => Promise<Slice<Item>> {
    return async (slice) => {
      const caller = await this.sessions.peek(request);
      if (caller?.role !== 'admin') throw FORBIDDEN.create();
      return list(slice);
    };
  }

  /** Returns a function that logs an error after the response has begun. */
  private reporter(request: HttpRequest): (error: unknown) => void {
    return (error) => {
      const translated = translateError(error);
      this.log.report(translated, loggedRequest(request, translated.kind.status));
    };
  }
}
