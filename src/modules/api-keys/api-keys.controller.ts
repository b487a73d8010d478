import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiKeyIdParam, ApiProblems, type HttpResponse } from '../../common/http/index.js';
import { toListDto } from '../../common/pagination/index.js';
import { Authenticated, CurrentPrincipal, type Principal } from '../../common/access/index.js';
import { FORBIDDEN, VALIDATION_FAILED } from '../../common/errors/index.js';
import {
  ALREADY_CREATED,
  API_KEY_NOT_FOUND,
  API_KEY_QUOTA_REACHED,
  NO_ROOM_FOR_API_KEY,
  IDEMPOTENCY_KEY_REUSED,
} from './api-keys.errors.js';
import { ApiKeysService } from './api-keys.service.js';
import { IdempotencyKey } from './creation/idempotency-key.decorator.js';
import {
  ApiKeyDto,
  ApiKeyListDto,
  CreatedApiKeyDto,
  RevokedApiKeyDto,
  toApiKeyDto,
  toRevokedApiKeyDto,
} from './dto/api-key.dto.js';
import { CreateApiKeyDto } from './dto/create-api-key.dto.js';
import { ListApiKeysQuery } from './dto/list-api-keys.query.js';
import { RevokeApiKeyDto } from './dto/revoke-api-key.dto.js';
import { UpdateApiKeyDto } from './dto/update-api-key.dto.js';

@ApiTags('API keys')
@Authenticated()
@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @ApiOperation({
    summary: 'Create an API key',
    description:
      'The complete key is returned only in this response. Store it securely, because the server keeps only a hash of it.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'A unique value that you choose, for example a UUID. If you retry the request with the same value within 24 hours, no second key is created.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
  })
  @ApiCreatedResponse({
    type: CreatedApiKeyDto,
    headers: { Location: { description: 'The URL path of the new API key.', schema: { type: 'string' } } },
  })
  @ApiProblems(
    VALIDATION_FAILED,
    FORBIDDEN,
    NO_ROOM_FOR_API_KEY,
    API_KEY_QUOTA_REACHED,
    ALREADY_CREATED,
    IDEMPOTENCY_KEY_REUSED,
  )
  @Post()
  async create(
    @CurrentPrincipal() caller: Principal,
    @Body() body: CreateApiKeyDto,
    @IdempotencyKey() idempotencyKey: string | null,
    @Res({ passthrough: true }) response: HttpResponse,
  ): Promise<CreatedApiKeyDto> {
    const newKey = CreateApiKeyDto.toNewApiKey(body);
    const { apiKey, key } = await this.apiKeys.create(caller, newKey, idempotencyKey);
    response.header('Location', `/api/v1/api-keys/${apiKey.id}`);
    return { ...toApiKeyDto(apiKey), key: key.reveal() };
  }

  @ApiOperation({
    summary: 'List your API keys',
    description:
      'Returns your API keys, newest first by default. To get the next page, send `nextCursor` as `cursor` with the same ' +
      '`sort`.',
  })
  @ApiOkResponse({ type: ApiKeyListDto })
  @ApiProblems(VALIDATION_FAILED)
  @Get()
  async list(
    @CurrentPrincipal() caller: Principal,
    @Query() query: ListApiKeysQuery,
  ): Promise<ApiKeyListDto> {
    const filter = ListApiKeysQuery.toFilter(query);
    const slice = await this.apiKeys.list(caller, filter, ListApiKeysQuery.toSliceRequest(query));
    return { ...toListDto(slice, toApiKeyDto), total: slice.total };
  }

  @ApiOperation({
    summary: 'Get an API key',
    description: 'Returns one of your own keys, without its secret.',
  })
  @ApiKeyIdParam()
  @ApiOkResponse({ type: ApiKeyDto })
  @ApiProblems(API_KEY_NOT_FOUND)
  @Get(':id')
  async get(@CurrentPrincipal() caller: Principal, @Param('id') id: string): Promise<ApiKeyDto> {
    return toApiKeyDto(await this.apiKeys.get(caller, id));
  }

  @ApiOperation({
    summary: 'Update an API key',
    description:
      "Changes the key's name and description. The key itself stays the same. You can also update revoked and expired keys.",
  })
  @ApiKeyIdParam()
  @ApiOkResponse({ type: ApiKeyDto })
  @ApiProblems(VALIDATION_FAILED, API_KEY_NOT_FOUND)
  @Patch(':id')
  async update(
    @CurrentPrincipal() caller: Principal,
    @Param('id') id: string,
    @Body() body: UpdateApiKeyDto,
  ): Promise<ApiKeyDto> {
    return toApiKeyDto(await this.apiKeys.update(caller, id, body));
  }

  @ApiOperation({
    summary: 'Revoke an API key',
    description:
      "The key stops working immediately and can't be restored. If the key is already revoked, it stays unchanged.",
  })
  @ApiKeyIdParam()
  @ApiOkResponse({ type: RevokedApiKeyDto })
  @ApiProblems(VALIDATION_FAILED, API_KEY_NOT_FOUND)
  @HttpCode(200)
  @Post(':id/revoke')
  async revoke(
    @CurrentPrincipal() caller: Principal,
    @Param('id') id: string,
    @Body() body: RevokeApiKeyDto,
  ): Promise<RevokedApiKeyDto> {
    const revocation = RevokeApiKeyDto.toRevocation(body);
    return toRevokedApiKeyDto(await this.apiKeys.revoke(caller, id, revocation));
  }
}
