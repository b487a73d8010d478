import { ApiProperty } from '@nestjs/swagger';
import {
  IP_ADDRESS_SCHEMA,
  LIST_SCHEMA,
  NEXT_CURSOR_SCHEMA,
  TIME_SCHEMA,
  UUID_SCHEMA,
} from '../../../common/http/index.js';
import type { Session } from '../sessions/sessions.service.js';

export class SessionDto {
  @ApiProperty(UUID_SCHEMA)
  id!: string;

  @ApiProperty(TIME_SCHEMA)
  createdAt!: string;

  @ApiProperty({
    ...TIME_SCHEMA,
    description: 'The time of the last request in this session, updated at most once an hour.',
  })
  lastSeenAt!: string;

  @ApiProperty({ ...IP_ADDRESS_SCHEMA, description: 'The IP address that the session was started from.' })
  address!: string;

  @ApiProperty({ type: String, nullable: true, maxLength: 400, example: 'Mozilla/5.0' })
  userAgent!: string | null;

  @ApiProperty({ description: 'Whether the current request uses this session.', example: true })
  current!: boolean;
}

export class SessionListDto {
  @ApiProperty({ type: [SessionDto], ...LIST_SCHEMA })
  data!: SessionDto[];

  @ApiProperty(NEXT_CURSOR_SCHEMA)
  nextCursor!: string | null;
}

export const toSessionDto = (session: Session, currentId: string): SessionDto => ({
  id: session.id,
  createdAt: session.createdAt.toISOString(),
  lastSeenAt: session.lastSeenAt.toISOString(),
  address: session.address,
  userAgent: session.userAgent,
  current: session.id === currentId,
});
