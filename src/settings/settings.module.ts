import { Module, type DynamicModule } from '@nestjs/common';
import { Settings } from './settings.js';

@Module({})
export class SettingsModule {
  /** Makes the given settings available to all modules. */
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: SettingsModule,
      global: true,
      providers: [{ provide: Settings, useValue: settings }],
      exports: [Settings],
    };
  }
}
