import { ApiProperty, OmitType } from '@nestjs/swagger';
import { BulkRevocationDto, IDS_SCHEMA, RevocationFilterDto, FILTER_SCHEMA } from './bulk-revocation.dto.js';

/**
 * Documents the body with `ids` in the API documentation. The service validates requests with `BulkRevocationDto`
 * instead.
 */
export class RevokeApiKeysByIdsDto extends OmitType(BulkRevocationDto, ['ids', 'filter', 'confirm']) {
  @ApiProperty(IDS_SCHEMA)
  ids!: string[];
}

/** Documents the body with `filter` in the API documentation. */
export class RevokeApiKeysByFilterDto extends OmitType(BulkRevocationDto, ['ids', 'filter']) {
  @ApiProperty(FILTER_SCHEMA)
  filter!: RevocationFilterDto;
}
