import { ApiProperty } from '@nestjs/swagger';
import type { Session } from '../sessions/sessions.service.js';

export class SessionDto {
  @ApiProperty({ example: '0b7c1a52-6d0b-4a3e-9d53-0a1d7f1f2b22' })
  id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-05T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'Noted once an hour.',
    example: '2026-01-05T10:30:00.000Z',
  })
  lastSeenAt!: string;

  @ApiProperty({ example: '203.0.113.7' })
  address!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Mozilla/5.0' })
  userAgent!: string | null;

  @ApiProperty({ description: 'Whether it is the one that asks.', example: true })
  current!: boolean;
}

export class SessionListDto {
  @ApiProperty({ type: [SessionDto] })
  data!: SessionDto[];

  @ApiProperty({ type: String, nullable: true, description: '`null` on the last page.', example: null })
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
