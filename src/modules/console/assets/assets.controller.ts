import { Controller, Get, Headers, Param, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../../../common/access/index.js';
import { NOT_FOUND } from '../../../common/errors/index.js';
import type { HttpResponse } from '../../../common/http/index.js';
import { AssetsService } from './assets.service.js';
import { negotiateEncoding } from './encoding.js';

const CACHE_FOREVER = 'public, max-age=31536000, immutable';
/**
 * During an update, this instance may get requests for files of another version. It responds with its own files, so
 * browsers must not cache them.
 */
const DO_NOT_CACHE = 'no-store';

@ApiExcludeController()
@Public({ isCounted: false })
@Controller({ path: 'assets', version: VERSION_NEUTRAL })
export class AssetsController {
  constructor(private readonly assets: AssetsService) {}

  @Get(':version/:name')
  async show(
    @Param('version') version: string,
    @Param('name') name: string,
    @Headers('accept-encoding') acceptEncoding: string | undefined,
    @Res({ passthrough: true }) response: HttpResponse,
  ): Promise<Buffer> {
    const asset = this.assets.find(name);
    if (!asset) throw NOT_FOUND.create();
    const encoding = negotiateEncoding(acceptEncoding);
    response
      .header('Content-Type', asset.contentType)
      .header('Cache-Control', version === this.assets.version ? CACHE_FOREVER : DO_NOT_CACHE)
      .header('Vary', 'Accept-Encoding');
    if (encoding !== 'identity') response.header('Content-Encoding', encoding);
    return asset.body(encoding);
  }
}
