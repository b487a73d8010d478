import { ApiPropertyOptional } from '@nestjs/swagger';
import { NAME_SCHEMA } from '../../../common/http/index.js';
import { MAX_NAME_LENGTH } from '../../../common/text/name-length.js';
import { IsDisplayText, IsOptionalNotNull } from '../../../common/validation/index.js';

export class RenameApiKeyDto {
  @ApiPropertyOptional({ ...NAME_SCHEMA, example: 'Mobile App 2' })
  @IsOptionalNotNull()
  @IsDisplayText(MAX_NAME_LENGTH)
  name?: string;
}
