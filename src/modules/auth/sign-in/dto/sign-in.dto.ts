import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';

/** Any string is valid, so that the response reveals only whether the email address and password belong together. */
export class SignInDto {
  @ApiProperty({ example: 'ada@example.com' })
  @IsString()
  email!: string;

  @ApiProperty({ format: 'password', example: 'correct horse battery' })
  @IsString()
  password!: string;
}
