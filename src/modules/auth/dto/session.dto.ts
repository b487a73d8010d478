import { ApiProperty } from '@nestjs/swagger';
import {
  DOCUMENTED_ADDRESS,
  DOCUMENTED_ENTRIES,
  DOCUMENTED_NEXT_CURSOR,
  DOCUMENTED_TIME,
  DOCUMENTED_UUID,
} from '../../../common/http/index.js';
import type { Session } from '../sessions/sessions.service.js';

export class SessionDto {
  @ApiProperty(DOCUMENTED_UUID)
  id!: string;

  @ApiProperty(DOCUMENTED_TIME)
  createdAt!: string;

  @ApiProperty({
    ...DOCUMENTED_TIME,
    description: 'The time of the last request in this session, updated at most once an hour.',
  })
  lastSeenAt!: string;

  @ApiProperty({ ...DOCUMENTED_ADDRESS, description: 'The IP address that the session was started from.' })
  address!: string;

  @ApiProperty({ type: String, nullable: true, maxLength: 400, example: 'Mozilla/5.0' })
  userAgent!: string | null;

  @ApiProperty({ description: 'Whether the current request uses this session.', example: true })
  current!: boolean;
}

export class SessionListDto {
  @ApiProperty({ type: [SessionDto], ...DOCUMENTED_ENTRIES })
  data!: SessionDto[];

  @ApiProperty(DOCUMENTED_NEXT_CURSOR)
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
