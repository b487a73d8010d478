import { Module } from '@nestjs/common';
import { InstancesModule } from '../../instances/index.js';
import { RedisWindowStorage } from './redis-window.storage.js';
import { WindowStorage } from './window.storage.js';

/** Where requests are counted, as the throttler's module needs it before the guard. */
@Module({
  imports: [InstancesModule],
  providers: [RedisWindowStorage, WindowStorage],
  exports: [WindowStorage],
})
export class WindowsModule {}
