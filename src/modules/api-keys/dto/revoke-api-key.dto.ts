import { ApiPropertyOptional } from '@nestjs/swagger';
import { MayBeNull } from '../../../common/http/index.js';
import { IsDisplayText } from '../../../common/text/display-text.js';

export class RevokeApiKeyDto {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: 200,
    example: 'Leaked in a commit',
  })
  @MayBeNull()
  @IsDisplayText(200)
  reason?: string | null;
}
