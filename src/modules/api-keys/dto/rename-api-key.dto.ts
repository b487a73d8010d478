import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsDisplayText, IsOptionalNotNull } from '../../../common/validation/index.js';

export class RenameApiKeyDto {
  @ApiPropertyOptional({ minLength: 1, maxLength: 100, example: 'Mobile App 2' })
  @IsOptionalNotNull()
  @IsDisplayText(100)
  name?: string;
}
