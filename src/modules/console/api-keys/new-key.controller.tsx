import { randomUUID } from 'node:crypto';
import { Body, Get, Post, Query } from '@nestjs/common';
import { CurrentPrincipal, SessionOnly, type SessionPrincipal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { MALFORMED_REQUEST } from '../../../common/errors/index.js';
import { parseInstant } from '../../../common/http/index.js';
import { AppConfig } from '../../../config/index.js';
import {
  ALREADY_CREATED,
  ApiKeysService,
  CreateApiKeyDto,
  type CreatedApiKey,
} from '../../api-keys/index.js';
import { refusalOf, textOf, validated, type FormBody } from '../page/forms.js';
import { Page } from '../page/page.js';
import { Pages } from '../page/pages.decorator.js';
import { AlreadyCreatedPage } from './already-created.page.js';
import { CreateKeyPage, type CreateKeyValues } from './create-key.page.js';
import { toExpiresAt } from './expiry.js';
import { NewKeyPage } from './new-key.page.js';
import { NewKeys } from './new-keys.js';

const FORM_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Creating a key, and the only page that shows it. */
@SessionOnly()
@Pages('/api-keys/create')
export class NewKeyController {
  constructor(
    private readonly newKeys: NewKeys,
    private readonly apiKeys: ApiKeysService,
    private readonly clock: Clock,
    private readonly config: AppConfig,
  ) {}

  @Get()
  show(@Query() query: FormBody): Page {
    return new Page(
      <CreateKeyPage
        formId={randomUUID()}
        values={{ name: textOf(query, 'name'), expiry: 'never', date: '' }}
        refusal={null}
      />,
    );
  }

  /** The answer is the page with the key itself, so that only this instance ever needs to know it. */
  @Post()
  async create(@CurrentPrincipal() caller: SessionPrincipal, @Body() form: FormBody): Promise<Page> {
    const formId = textOf(form, 'form');
    if (!FORM_ID.test(formId)) throw MALFORMED_REQUEST.create();
    const values = {
      name: textOf(form, 'name'),
      expiry: textOf(form, 'expiry'),
      date: textOf(form, 'date'),
    };
    let created: CreatedApiKey | null = null;
    const refusal = await refusalOf(async () => {
      created = await this.newKeys.create(caller, formId, await this.wanted(values));
    });
    if (created) return this.keyPage(created);
    if (ALREADY_CREATED.isKindOf(refusal!.error)) {
      const apiKey = await this.apiKeys.get(caller, String(refusal!.error.extensions['apiKeyId']));
      return Page.refused(<AlreadyCreatedPage apiKey={apiKey} />, refusal!);
    }
    return Page.refused(<CreateKeyPage formId={formId} values={values} refusal={refusal} />, refusal!);
  }

  private async wanted(values: CreateKeyValues) {
    const { name, expiresAt } = await validated(CreateApiKeyDto, {
      name: values.name,
      expiresAt: toExpiresAt(values, this.clock.now()),
    });
    return { name, expiresAt: expiresAt ? parseInstant(expiresAt) : null };
  }

  private keyPage({ apiKey, key }: CreatedApiKey): Page {
    const page = <NewKeyPage apiKey={apiKey} secret={key.reveal()} publicUrl={this.config.publicUrl} />;
    return new Page(page, 201);
  }
}
