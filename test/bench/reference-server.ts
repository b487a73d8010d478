import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Body, Controller, HttpCode, Module, Post, Res, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

interface Reply {
  header(name: string, value: string): this;
}

/** The body that `POST /api/v1/ping` returns, for an unauthenticated client. */
const pong = (echo: unknown) => ({
  message: 'pong',
  echo,
  user: { id: '4f8c1a52-6d0b-4a3e-9d53-0a1d7f1f2b11', role: 'admin' },
  apiKey: { id: '0123456789AB', name: 'Mobile App' },
  receivedAt: new Date().toISOString(),
});

/** Sends the same body and headers as the service, but neither authenticates nor counts requests. */
@Controller('api/v1/ping')
class SameFieldsController {
  private requests = 0;

  @HttpCode(200)
  @Post()
  ping(@Body() body: unknown, @Res({ passthrough: true }) reply: Reply): unknown {
    const remaining = 1_000_000_000 - ++this.requests;
    reply
      .header('X-Request-Id', randomUUID())
      .header('Cross-Origin-Resource-Policy', 'same-origin')
      .header('Referrer-Policy', 'no-referrer')
      .header('X-Content-Type-Options', 'nosniff')
      .header('Cache-Control', 'no-store')
      .header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
      .header('RateLimit-Policy', '"admin";q=1000000000;w=60')
      .header('RateLimit', `"admin";r=${remaining};t=60`)
      .header('X-RateLimit-Limit', '1000000000')
      .header('X-RateLimit-Remaining', String(remaining))
      .header('X-RateLimit-Reset', '60');
    return pong(body);
  }
}

@Controller('api/v1/ping')
class BareController {
  @HttpCode(200)
  @Post()
  ping(@Body() body: unknown): unknown {
    return pong(body);
  }
}

@Module({ controllers: [SameFieldsController] })
class SameFieldsModule {}

@Module({ controllers: [BareController] })
class BareModule {}

function create(kind: string | undefined): Promise<INestApplication> {
  const options = { logger: ['error', 'fatal'] as ('error' | 'fatal')[] };
  if (kind === 'express') return NestFactory.create(BareModule, new ExpressAdapter(), options);
  const module = kind === 'bare' ? BareModule : SameFieldsModule;
  return NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), options);
}

const app = await create(process.argv[2]);
await app.listen(0, '127.0.0.1');
const { port } = app.getHttpServer().address() as { port: number };
process.send?.({ port });
