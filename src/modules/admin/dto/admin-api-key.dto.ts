import { ApiProperty } from '@nestjs/swagger';
import { COUNT_SCHEMA, LIST_SCHEMA, NEXT_CURSOR_SCHEMA } from '../../../common/http/index.js';
import { ApiKeyDto, toApiKeyDto, type OwnedApiKey } from '../../api-keys/index.js';
import { OwnerDto, toOwnerDto } from './owner.dto.js';

export class AdminApiKeyDto extends ApiKeyDto {
  @ApiProperty({ type: OwnerDto })
  owner!: OwnerDto;
}

export class RevocationPreviewDto {
  @ApiProperty({ ...COUNT_SCHEMA, description: 'The number of keys that would be revoked.', example: 42 })
  matched!: number;

  @ApiProperty({
    type: [AdminApiKeyDto],
    maxItems: 10,
    description: 'Up to 10 of the matching keys, newest first.',
  })
  sample!: AdminApiKeyDto[];
}

export class RevokedCountDto {
  @ApiProperty({ ...COUNT_SCHEMA, description: 'The number of keys that were revoked.', example: 42 })
  revoked!: number;
}

export class AdminApiKeyListDto {
  @ApiProperty({ type: [AdminApiKeyDto], ...LIST_SCHEMA })
  data!: AdminApiKeyDto[];

  @ApiProperty(NEXT_CURSOR_SCHEMA)
  nextCursor!: string | null;
}

export const toAdminApiKeyDto = ({ apiKey, owner }: OwnedApiKey): AdminApiKeyDto => ({
  ...toApiKeyDto(apiKey),
  owner: toOwnerDto(owner),
});
