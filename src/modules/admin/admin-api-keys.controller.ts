import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { ApiKeyIdParam, ApiProblems } from '../../common/http/index.js';
import { SliceQuery, toListDto } from '../../common/pagination/index.js';
import { CurrentPrincipal, Roles, type Principal } from '../../common/access/index.js';
import { VALIDATION_FAILED } from '../../common/errors/index.js';
import {
  AdminApiKeysService,
  API_KEY_NOT_FOUND,
  BulkRevocationService,
  RevokeApiKeyDto,
  RevokedApiKeyDto,
  SELECTION_CHANGED,
  toRevokedApiKeyDto,
} from '../api-keys/index.js';
import { toUsageDto, UsageDto, UsageQuery, UsageService } from '../usage/index.js';
import {
  AdminApiKeyDto,
  AdminApiKeyListDto,
  RevocationPreviewDto,
  RevokedCountDto,
  toAdminApiKeyDto,
} from './dto/admin-api-key.dto.js';
import { ApiKeyFilterDto } from './dto/api-key-filter.dto.js';
import { BulkRevocationDto } from './dto/bulk-revocation.dto.js';
import { RevokeApiKeysByFilterDto, RevokeApiKeysByIdsDto } from './dto/documented-bulk-revocation.js';
import { ListAllApiKeysQuery } from './dto/list-all-api-keys.query.js';

@ApiTags('Admin')
@Roles('admin')
@Controller('admin/api-keys')
export class AdminApiKeysController {
  constructor(
    private readonly apiKeys: AdminApiKeysService,
    private readonly bulkRevocations: BulkRevocationService,
    private readonly usages: UsageService,
  ) {}

  @ApiOperation({
    summary: 'List all API keys',
    description:
      'Returns the keys of all users, newest first. To get the next page, send `nextCursor` as `cursor`.',
  })
  @ApiOkResponse({ type: AdminApiKeyListDto })
  @ApiProblems(VALIDATION_FAILED)
  @Get()
  async list(@Query() query: ListAllApiKeysQuery): Promise<AdminApiKeyListDto> {
    const slice = await this.apiKeys.list(ApiKeyFilterDto.toFilter(query), SliceQuery.toRequest(query));
    return toListDto(slice, toAdminApiKeyDto);
  }

  @ApiOperation({ summary: "Get any user's API key", description: 'Returns a key and its owner.' })
  @ApiKeyIdParam()
  @ApiOkResponse({ type: AdminApiKeyDto })
  @ApiProblems(API_KEY_NOT_FOUND)
  @Get(':id')
  async get(@Param('id') id: string): Promise<AdminApiKeyDto> {
    return toAdminApiKeyDto(await this.apiKeys.getWithOwner(id));
  }

  @ApiOperation({
    operationId: 'adminGetApiKeyUsage',
    summary: "Get the usage of any user's API key",
    description: 'Returns how many requests were made with the key, per hour or per day in UTC.',
  })
  @ApiKeyIdParam()
  @ApiOkResponse({ type: UsageDto })
  @ApiProblems(VALIDATION_FAILED, API_KEY_NOT_FOUND)
  @Get(':id/usage')
  async usage(@Param('id') id: string, @Query() query: UsageQuery): Promise<UsageDto> {
    const apiKey = await this.apiKeys.get(id);
    return toUsageDto(await this.usages.ofSubject({ apiKeyId: apiKey.id }, UsageQuery.toRange(query)));
  }

  @ApiOperation({
    summary: 'Revoke API keys in bulk',
    description:
      'Permanently revokes all matching keys. First, send `dryRun: true` to get the number of matching keys. Then ' +
      'send that number as `expected`. If the number has changed in the meantime, no keys are revoked.',
  })
  @ApiExtraModels(RevokeApiKeysByIdsDto, RevokeApiKeysByFilterDto, RevocationPreviewDto, RevokedCountDto)
  @ApiBody({
    schema: {
      oneOf: [
        { $ref: getSchemaPath(RevokeApiKeysByIdsDto) },
        { $ref: getSchemaPath(RevokeApiKeysByFilterDto) },
      ],
    },
  })
  @ApiOkResponse({
    description:
      'With `dryRun`, a preview of the matching keys. Otherwise, the number of keys that were revoked.',
    schema: {
      oneOf: [{ $ref: getSchemaPath(RevocationPreviewDto) }, { $ref: getSchemaPath(RevokedCountDto) }],
    },
  })
  @ApiProblems(VALIDATION_FAILED, SELECTION_CHANGED)
  @HttpCode(200)
  @Post('revoke')
  async revokeMany(
    @CurrentPrincipal() caller: Principal,
    @Body() body: BulkRevocationDto,
  ): Promise<RevocationPreviewDto | RevokedCountDto> {
    const selection = BulkRevocationDto.toSelection(body);
    if (body.dryRun) {
      const { matched, sample } = await this.bulkRevocations.preview(selection);
      return { matched, sample: sample.map(toAdminApiKeyDto) };
    }
    const revocation = BulkRevocationDto.toRevocation(body);
    return { revoked: await this.bulkRevocations.run(caller, selection, revocation) };
  }

  @ApiOperation({
    summary: "Revoke any user's API key",
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
