import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { IsValidPassword } from '../../users/index.js';

export class ChangePasswordDto {
  @ApiProperty({ format: 'password', example: 'correct horse battery' })
  @IsString()
  currentPassword!: string;

  @IsValidPassword()
  newPassword!: string;
}
