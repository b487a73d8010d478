import { ApiProperty } from '@nestjs/swagger';
import { ApiKeyDto, toApiKeyDto, type ApiKey } from '../../api-keys/index.js';
import type { User } from '../../users/index.js';

export class OwnerDto {
  @ApiProperty({ example: '4f8c1a52-6d0b-4a3e-9d53-0a1d7f1f2b11' })
  id!: string;

  @ApiProperty({ format: 'email', example: 'ada@example.com' })
  email!: string;

  @ApiProperty({ example: 'Ada Lovelace' })
  name!: string;
}

export class AdminApiKeyDto extends ApiKeyDto {
  @ApiProperty({ type: OwnerDto })
  owner!: OwnerDto;
}

export class RevocationPreviewDto {
  @ApiProperty({ type: 'integer', description: 'How many keys would be revoked.', example: 42 })
  matched!: number;

  @ApiProperty({ type: [AdminApiKeyDto], description: 'Up to ten of them, newest first.' })
  sample!: AdminApiKeyDto[];
}

export class RevokedCountDto {
  @ApiProperty({ type: 'integer', example: 42 })
  revoked!: number;
}

export class AdminApiKeyListDto {
  @ApiProperty({ type: [AdminApiKeyDto] })
  data!: AdminApiKeyDto[];

  @ApiProperty({ type: String, nullable: true, description: '`null` on the last page.', example: null })
  nextCursor!: string | null;
}

export const toAdminApiKeyDto = (key: ApiKey, { id, email, name }: User): AdminApiKeyDto => ({
  ...toApiKeyDto(key),
  owner: { id, email, name },
});
