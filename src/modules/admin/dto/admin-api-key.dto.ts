import { ApiProperty } from '@nestjs/swagger';
import {
  DOCUMENTED_COUNT,
  DOCUMENTED_EMAIL,
  DOCUMENTED_ENTRIES,
  DOCUMENTED_NAME,
  DOCUMENTED_NEXT_CURSOR,
  DOCUMENTED_UUID,
} from '../../../common/http/index.js';
import { ApiKeyDto, toApiKeyDto, type OwnedApiKey } from '../../api-keys/index.js';

export class OwnerDto {
  @ApiProperty(DOCUMENTED_UUID)
  id!: string;

  @ApiProperty(DOCUMENTED_EMAIL)
  email!: string;

  @ApiProperty({ ...DOCUMENTED_NAME, example: 'Ada Lovelace' })
  name!: string;
}

export class AdminApiKeyDto extends ApiKeyDto {
  @ApiProperty({ type: OwnerDto })
  owner!: OwnerDto;
}

export class RevocationPreviewDto {
  @ApiProperty({ ...DOCUMENTED_COUNT, description: 'The number of keys that would be revoked.', example: 42 })
  matched!: number;

  @ApiProperty({
    type: [AdminApiKeyDto],
    maxItems: 10,
    description: 'Up to 10 of the matching keys, newest first.',
  })
  sample!: AdminApiKeyDto[];
}

export class RevokedCountDto {
  @ApiProperty({ ...DOCUMENTED_COUNT, description: 'The number of keys that were revoked.', example: 42 })
  revoked!: number;
}

export class AdminApiKeyListDto {
  @ApiProperty({ type: [AdminApiKeyDto], ...DOCUMENTED_ENTRIES })
  data!: AdminApiKeyDto[];

  @ApiProperty(DOCUMENTED_NEXT_CURSOR)
  nextCursor!: string | null;
}

export const toAdminApiKeyDto = ({ apiKey, owner }: OwnedApiKey): AdminApiKeyDto => ({
  ...toApiKeyDto(apiKey),
  owner: { id: owner.id, email: owner.email, name: owner.name },
});
