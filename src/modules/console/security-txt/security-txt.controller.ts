import { Controller, Get, Header, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { NOT_FOUND } from '../../../common/errors/index.js';
import { Settings } from '../../../settings/index.js';
import { SECURITY_TXT_PATH, securityTxt } from './security-txt.js';

@ApiExcludeController()
@Public({ isCounted: false })
@Controller({ path: SECURITY_TXT_PATH, version: VERSION_NEUTRAL })
export class SecurityTxtController {
  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  @Header('Content-Type', 'text/plain; charset=utf-8')
  @Get()
  show(): string {
    const { securityContact } = this.settings;
    if (securityContact === null) throw NOT_FOUND.create();
    return securityTxt(securityContact, this.settings, this.clock.now());
  }
}
