import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles } from '../../common/access/index.js';
import { ApiProblems } from '../../common/errors/api-problems.decorator.js';
import { VALIDATION_FAILED } from '../../common/errors/index.js';
import { PageQuery, toPageAnswer } from '../../common/http/index.js';
import { ApiKeysService } from '../api-keys/index.js';
import { UsersService } from '../users/index.js';
import { AdminApiKeyPageDto, toAdminApiKeyDto } from './dto/admin-api-key.dto.js';
import { ListAllApiKeysQuery } from './dto/list-all-api-keys.query.js';

@ApiTags('Admin')
@Roles('admin')
@Controller('admin/api-keys')
export class AdminApiKeysController {
  constructor(
    private readonly apiKeys: ApiKeysService,
    private readonly users: UsersService,
  ) {}

  @ApiOperation({ summary: "List everybody's keys, newest first" })
  @ApiOkResponse({ type: AdminApiKeyPageDto })
  @ApiProblems(VALIDATION_FAILED)
  @Get()
  async list(@Query() query: ListAllApiKeysQuery): Promise<AdminApiKeyPageDto> {
    const page = await this.apiKeys.list(
      {
        search: query.search ?? null,
        userId: query.userId ?? null,
        status: query.status ?? null,
        unusedForDays: query.unusedForDays ?? null,
      },
      PageQuery.toRequest(query),
    );
    const owners = await this.users.getMany(page.items.map(({ userId }) => userId));
    return toPageAnswer(page, (key) => toAdminApiKeyDto(key, owners.get(key.userId)!));
  }
}
