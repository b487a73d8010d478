import { ApiProperty } from '@nestjs/swagger';
import { MayBeMissing } from '../../../common/http/index.js';
import { IsUserName } from '../../users/index.js';

export class UpdateMeDto {
  @MayBeMissing()
  @IsUserName()
  @ApiProperty({ required: false })
  name?: string;
}
