import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { IsNewPassword } from '../../users/index.js';

export class ChangePasswordDto {
  @ApiProperty({ format: 'password', example: 'correct horse battery' })
  @IsString()
  currentPassword!: string;

  @IsNewPassword()
  newPassword!: string;
}
