import { ApiPropertyOptional } from '@nestjs/swagger';
import { MayBeMissing } from '../../../common/http/index.js';
import { IsDisplayText } from '../../../common/text/display-text.js';

export class RenameApiKeyDto {
  @ApiPropertyOptional({ minLength: 1, maxLength: 100, example: 'Mobile App 2' })
  @MayBeMissing()
  @IsDisplayText(100)
  name?: string;
}
