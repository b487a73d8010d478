import { Module } from '@nestjs/common';
import { BcryptQueue } from './bcrypt.queue.js';

@Module({ providers: [BcryptQueue], exports: [BcryptQueue] })
export class HashingModule {}
