import { Body, Get, Post, Query } from '@nestjs/common';
import { CurrentPrincipal, SessionOnly, type SessionPrincipal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { UNAVAILABLE, validationFailed } from '../../../common/errors/index.js';
import { Settings } from '../../../settings/index.js';
import {
  ALREADY_CREATED,
  ApiKeysService,
  CreateApiKeyDto,
  type ApiKey,
  type CreatedApiKey,
} from '../../api-keys/index.js';
import { orNull, refusalOf, textOf, validated, type FormBody } from '../page/forms.js';
import { Page } from '../page/page.js';
import { Pages } from '../page/pages.decorator.js';
import { formIdOf, newFormId, ShownOnce } from '../page/shown-once.js';
import { AlreadyCreatedPage } from './already-created.page.js';
import { CreateKeyPage, type CreateKeyValues } from './create-key.page.js';
import { toExpiresAt } from './expiry.js';
import { NewKeyPage } from './new-key.page.js';
import { DATE_NOT_CHOSEN } from '../console.errors.js';

/** Creating a key, and the only page that shows it. */
@SessionOnly()
@Pages('/api-keys/create')
export class NewKeyController {
  constructor(
    private readonly shownOnce: ShownOnce,
    private readonly apiKeys: ApiKeysService,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  @Get()
  show(@Query() query: FormBody): Page {
    return new Page(
      <CreateKeyPage
        formId={newFormId()}
        values={{ name: textOf(query, 'name'), expiry: 'never', date: '' }}
        refusal={null}
      />,
    );
  }

  /** The answer is the page with the key itself, so that only this instance ever needs to know it. */
  @Post()
  async create(@CurrentPrincipal() caller: SessionPrincipal, @Body() form: FormBody): Promise<Page> {
    const formId = formIdOf(form);
    const values = {
      name: textOf(form, 'name'),
      expiry: textOf(form, 'expiry'),
      date: textOf(form, 'date'),
    };
    let created: CreatedApiKey | null = null;
    const refusal = await refusalOf(async () => {
      const wanted = await this.wanted(values);
      const create = () => this.apiKeys.create(caller, wanted, `console:${formId}`);
      // Forms that this process does not remember are known to the database.
      created = await (this.shownOnce.once(caller, formId, wanted, create) ?? create());
    });
    if (created) return this.keyPage(caller, created);
    if (ALREADY_CREATED.isKindOf(refusal!.error)) {
      const id = String(refusal!.error.extensions['apiKeyId']);
      return this.alreadyCreated(await this.apiKeys.get(caller, id));
    }
    return Page.refused(<CreateKeyPage formId={formId} values={values} refusal={refusal} />, refusal!);
  }

  private async wanted(values: CreateKeyValues) {
    const isDateLost = values.date !== '' && values.expiry !== 'date';
    if (isDateLost) throw validationFailed(DATE_NOT_CHOSEN.on('expiresAt'));
    const expiresAt = toExpiresAt(values, this.clock.now());
    return CreateApiKeyDto.toNewApiKey(await validated(CreateApiKeyDto, { name: values.name, expiresAt }));
  }

  /** A key that was revoked meanwhile is no new key any more; with the database away it is shown all the same. */
  private async keyPage(caller: SessionPrincipal, { apiKey, key }: CreatedApiKey): Promise<Page> {
    const now = (await orNull(UNAVAILABLE, this.apiKeys.get(caller, apiKey.id))) ?? apiKey;
    if (now.status === 'revoked') return this.alreadyCreated(now);
    const page = <NewKeyPage apiKey={now} secret={key.reveal()} publicUrl={this.settings.publicUrl} />;
    return new Page(page, 201);
  }

  private alreadyCreated(apiKey: ApiKey): Page {
    return new Page(<AlreadyCreatedPage apiKey={apiKey} />, ALREADY_CREATED.status);
  }
}
