import { Module } from '@nestjs/common';
import { InstancesModule } from '../../instances/index.js';
import { RedisWindowStorage } from './redis-window.storage.js';
import { WindowStorage } from './window.storage.js';

/** Provides the storage of the request counts in a separate module, so that `ThrottlerModule` can import it. */
@Module({
  imports: [InstancesModule],
  providers: [RedisWindowStorage, WindowStorage],
  exports: [WindowStorage],
})
export class WindowsModule {}
