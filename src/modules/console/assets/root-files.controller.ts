import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Header, StreamableFile, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../../../common/access/index.js';

const CACHE_FOR_A_DAY = 'public, max-age=86400';
const FAVICON = readFileSync(join(import.meta.dirname, '..', 'browser', 'favicon.ico'));
const ROBOTS = 'User-agent: *\nDisallow: /\n';

/** The files that browsers and search engines request without a link: the icon, and the rules for search engines. */
@ApiExcludeController()
@Public({ isCounted: false })
@Controller({ version: VERSION_NEUTRAL })
export class RootFilesController {
  @Header('Cache-Control', CACHE_FOR_A_DAY)
  @Get('favicon.ico')
  favicon(): StreamableFile {
    return new StreamableFile(FAVICON, { type: 'image/x-icon', length: FAVICON.length });
  }

  @Header('Content-Type', 'text/plain; charset=utf-8')
  @Header('Cache-Control', CACHE_FOR_A_DAY)
  @Get('robots.txt')
  robots(): string {
    return ROBOTS;
  }
}
