import { ApiProperty, OmitType } from '@nestjs/swagger';
import { BulkRevocationDto, IDS, RevocationFilterDto, FILTER } from './bulk-revocation.dto.js';

/** The first way to select keys. The server validates both ways as `BulkRevocationDto`. */
export class RevokeApiKeysByIdsDto extends OmitType(BulkRevocationDto, ['ids', 'filter', 'confirm']) {
  @ApiProperty(IDS)
  ids!: string[];
}

/** The second way to select keys. */
export class RevokeApiKeysByFilterDto extends OmitType(BulkRevocationDto, ['ids', 'filter']) {
  @ApiProperty(FILTER)
  filter!: RevocationFilterDto;
}
