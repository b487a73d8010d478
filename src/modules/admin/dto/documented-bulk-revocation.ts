import { ApiProperty, OmitType } from '@nestjs/swagger';
import { BulkRevocationDto, IDS, RevocationFilterDto, FILTER } from './bulk-revocation.dto.js';

/** Only for the API documentation: the body with `ids`. Requests are validated against `BulkRevocationDto`. */
export class RevokeApiKeysByIdsDto extends OmitType(BulkRevocationDto, ['ids', 'filter', 'confirm']) {
  @ApiProperty(IDS)
  ids!: string[];
}

/** Only for the API documentation: the body with `filter`. */
export class RevokeApiKeysByFilterDto extends OmitType(BulkRevocationDto, ['ids', 'filter']) {
  @ApiProperty(FILTER)
  filter!: RevocationFilterDto;
}
