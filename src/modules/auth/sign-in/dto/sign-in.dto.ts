import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';

/** Any text is let through: only whether both belong together is told. */
export class SignInDto {
  @ApiProperty({ example: 'ada@example.com' })
  @IsString()
  email!: string;

  @ApiProperty({ format: 'password', example: 'correct horse battery' })
  @IsString()
  password!: string;
}
