import { IsValidEmail, IsValidPassword, IsUserName } from '../../../users/index.js';

export class SignUpDto {
  @IsValidEmail()
  email!: string;

  @IsValidPassword()
  password!: string;

  @IsUserName()
  name!: string;
}
