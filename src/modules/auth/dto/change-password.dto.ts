import { ApiProperty, PickType } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { IsValidPassword } from '../../users/index.js';

export class ChangePasswordDto {
  @ApiProperty({ format: 'password', example: 'correct horse battery' })
  @IsString()
  currentPassword!: string;

  @IsValidPassword()
  newPassword!: string;
}

/** For users who have just signed in with a temporary password, so they don't have to enter it again. */
export class NewPasswordDto extends PickType(ChangePasswordDto, ['newPassword']) {}
