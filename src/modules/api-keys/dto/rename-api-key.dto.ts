import { ApiPropertyOptional } from '@nestjs/swagger';
import { DOCUMENTED_NAME } from '../../../common/http/index.js';
import { IsDisplayText, IsOptionalNotNull } from '../../../common/validation/index.js';

export class RenameApiKeyDto {
  @ApiPropertyOptional({ ...DOCUMENTED_NAME, example: 'Mobile App 2' })
  @IsOptionalNotNull()
  @IsDisplayText(100)
  name?: string;
}
