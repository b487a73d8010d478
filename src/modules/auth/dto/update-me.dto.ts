import { ApiProperty } from '@nestjs/swagger';
import { IsOptionalNotNull } from '../../../common/validation/index.js';
import { IsUserName } from '../../users/index.js';

export class UpdateMeDto {
  @IsOptionalNotNull()
  @IsUserName()
  @ApiProperty({ required: false })
  name?: string;
}
