import { ApiProperty } from '@nestjs/swagger';
import { COUNT_SCHEMA, KEY_ID_SCHEMA, NAME_SCHEMA } from '../../../common/http/index.js';
import { RANKING_SIZE } from '../../usage/index.js';
import type { TopApiKey, TopApiKeys, TopUser, TopUsers } from '../top-usage.service.js';
import { OwnerDto, toOwnerDto } from './owner.dto.js';

class RankedCountsDto {
  @ApiProperty({ ...COUNT_SCHEMA, description: 'The number of requests that were allowed.', example: 420 })
  accepted!: number;

  @ApiProperty({
    ...COUNT_SCHEMA,
    description: 'The number of requests that exceeded the rate limit (429).',
    example: 3,
  })
  limited!: number;

  @ApiProperty({
    ...COUNT_SCHEMA,
    description: 'The number of requests that were denied for a reason other than a rate limit.',
    example: 0,
  })
  denied!: number;
}

class RankedApiKeyDto {
  @ApiProperty(KEY_ID_SCHEMA)
  id!: string;

  @ApiProperty({ ...NAME_SCHEMA, example: 'Mobile App' })
  name!: string;

  @ApiProperty({
    type: String,
    description: 'The beginning of the key, which helps you recognize it.',
    example: 'chm_0123456789AB',
  })
  prefix!: string;
}

class TopApiKeyDto extends RankedCountsDto {
  @ApiProperty({ type: RankedApiKeyDto })
  apiKey!: RankedApiKeyDto;

  @ApiProperty({ type: OwnerDto })
  owner!: OwnerDto;
}

class TopUserDto extends RankedCountsDto {
  @ApiProperty({ type: OwnerDto })
  user!: OwnerDto;
}

export class TopApiKeysDto {
  @ApiProperty({
    type: [TopApiKeyDto],
    maxItems: RANKING_SIZE,
    description: 'The keys with the most accepted requests, the highest number first.',
  })
  accepted!: TopApiKeyDto[];

  @ApiProperty({
    type: [TopApiKeyDto],
    maxItems: RANKING_SIZE,
    description: 'The keys with the most requests that exceeded the rate limit, the highest number first.',
  })
  limited!: TopApiKeyDto[];
}

export class TopUsersDto {
  @ApiProperty({
    type: [TopUserDto],
    maxItems: RANKING_SIZE,
    description: 'The users with the most accepted requests, the highest number first.',
  })
  accepted!: TopUserDto[];

  @ApiProperty({
    type: [TopUserDto],
    maxItems: RANKING_SIZE,
    description: 'The users with the most requests that exceeded the rate limit, the highest number first.',
  })
  limited!: TopUserDto[];
}

const toTopApiKeyDto = ({ apiKey, owner, accepted, limited, denied }: TopApiKey): TopApiKeyDto => ({
  apiKey: { id: apiKey.id, name: apiKey.name, prefix: apiKey.prefix },
  owner: toOwnerDto(owner),
  accepted,
  limited,
  denied,
});

const toTopUserDto = ({ user, accepted, limited, denied }: TopUser): TopUserDto => ({
  user: toOwnerDto(user),
  accepted,
  limited,
  denied,
});

export const toTopApiKeysDto = ({ accepted, limited }: TopApiKeys): TopApiKeysDto => ({
  accepted: accepted.map(toTopApiKeyDto),
  limited: limited.map(toTopApiKeyDto),
});

export const toTopUsersDto = ({ accepted, limited }: TopUsers): TopUsersDto => ({
  accepted: accepted.map(toTopUserDto),
  limited: limited.map(toTopUserDto),
});
