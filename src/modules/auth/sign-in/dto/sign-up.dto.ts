import { IsNewEmail, IsNewPassword, IsUserName } from '../../../users/index.js';

export class SignUpDto {
  @IsNewEmail()
  email!: string;

  @IsNewPassword()
  password!: string;

  @IsUserName()
  name!: string;
}
