import { ApiProperty } from '@nestjs/swagger';
import { EMAIL_SCHEMA, NAME_SCHEMA, UUID_SCHEMA } from '../../../common/http/index.js';
import type { User } from '../../users/index.js';

export class OwnerDto {
  @ApiProperty(UUID_SCHEMA)
  id!: string;

  @ApiProperty(EMAIL_SCHEMA)
  email!: string;

  @ApiProperty({ ...NAME_SCHEMA, example: 'Ada Lovelace' })
  name!: string;
}

export const toOwnerDto = ({ id, email, name }: User): OwnerDto => ({ id, email, name });
