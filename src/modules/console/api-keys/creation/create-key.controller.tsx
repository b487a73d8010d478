import { Body, Get, Post, Query, Req } from '@nestjs/common';
import { CurrentSession, SessionOnly, type SessionPrincipal } from '../../../../common/access/index.js';
import { Clock } from '../../../../common/clock.js';
import type { HttpRequest } from '../../../../common/http/index.js';
import { UNAVAILABLE, validationFailed } from '../../../../common/errors/index.js';
import { Settings } from '../../../../settings/index.js';
import {
  ALREADY_CREATED,
  ApiKeysService,
  CreateApiKeyDto,
  type ApiKey,
  type CreatedApiKey,
} from '../../../api-keys/index.js';
import { nullOnError, runForm, validateForm, type Denial } from '../../forms/form-result.js';
import { textOf, type FormBody } from '../../forms/form-body.js';
import { DATE_NOT_CHOSEN } from '../../console.errors.js';
import { timeZoneOf } from '../../i18n/time-zone-cookie.js';
import { Page } from '../../rendering/page.js';
import { Pages } from '../../rendering/pages.decorator.js';
import { formIdOf, newFormId } from '../../forms/form-id.js';
import { OnceOnlyFormsService } from '../../forms/once-only-forms.service.js';
import { AlreadyCreatedPage } from './already-created.page.js';
import { CreateKeyPage, type CreateKeyValues } from './create-key.page.js';
import { checkedExpiryChoice, newExpiryChoice, toExpiresAt, type ExpiryChoice } from './expiry.js';
import { CreatedKeyPage } from './created-key.page.js';

/** Creates a key and shows it once. */
@SessionOnly()
@Pages('/api-keys/create')
export class CreateKeyController {
  constructor(
    private readonly onceOnlyForms: OnceOnlyFormsService,
    private readonly apiKeys: ApiKeysService,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  @Get()
  show(@Query() query: FormBody, @Req() request: HttpRequest): Page {
    const expiry = newExpiryChoice(timeZoneOf(request), this.clock.now());
    const values = { name: textOf(query, 'name'), description: '', ...expiry };
    return new Page(this.formPage(newFormId(), values, null));
  }

  /**
   * Creates a key and shows it in this response. A redirect could reach another instance, which doesn't have the key in
   * memory.
   */
  @Post()
  async create(@CurrentSession() caller: SessionPrincipal, @Body() form: FormBody): Promise<Page> {
    const formId = formIdOf(form);
    const [name, description] = [textOf(form, 'name'), textOf(form, 'description')];
    const values = { name, description, ...this.expiryOf(form) };
    const { value: created, denial } = await runForm(async () => {
      const input = await this.inputOf(values);
      const create = () => this.apiKeys.create(caller, input, `console:${formId}`);
      // The form may have been submitted before, for example to another instance, so that this process has no result
      // for it. The database then rejects the idempotency key of the form.
      return this.onceOnlyForms.once(caller, formId, input, create) ?? create();
    });
    if (!denial) return this.keyPage(caller, created);
    if (ALREADY_CREATED.isKindOf(denial.error)) {
      const id = String(denial.error.extensions['apiKeyId']);
      return this.alreadyCreated(await this.apiKeys.get(caller, id));
    }
    return Page.denied(this.formPage(formId, values, denial), denial);
  }

  private formPage(formId: string, values: CreateKeyValues, denial: Denial | null) {
    return (
      <CreateKeyPage
        formId={formId}
        values={values}
        maxActiveKeys={this.settings.maxActiveKeysPerUser}
        denial={denial}
      />
    );
  }

  private expiryOf(form: FormBody): ExpiryChoice {
    const [expiry, date] = [textOf(form, 'expiry'), textOf(form, 'date')];
    const [today, timeZone] = [textOf(form, 'today'), textOf(form, 'timeZone')];
    return checkedExpiryChoice({ expiry, date, today, timeZone }, this.clock.now());
  }

  private async inputOf(values: CreateKeyValues) {
    const isDateIgnored = values.date !== '' && values.expiry !== 'date';
    if (isDateIgnored) throw validationFailed(DATE_NOT_CHOSEN.on('expiresAt'));
    const expiresAt = toExpiresAt(values);
    const { name, description } = values;
    const input = await validateForm(CreateApiKeyDto, { name, description, expiresAt });
    return CreateApiKeyDto.toNewApiKey(input);
  }

  /**
   * Shows the key, unless it has been revoked in the meantime. It also shows the key if the database is unavailable.
   */
  private async keyPage(caller: SessionPrincipal, { apiKey, key }: CreatedApiKey): Promise<Page> {
    const current = (await nullOnError(UNAVAILABLE, this.apiKeys.get(caller, apiKey.id))) ?? apiKey;
    if (current.status === 'revoked') return this.alreadyCreated(current);
    const page = (
      <CreatedKeyPage apiKey={current} secret={key.reveal()} publicUrl={this.settings.publicUrl} />
    );
    return new Page(page, 201);
  }

  private alreadyCreated(apiKey: ApiKey): Page {
    return new Page(<AlreadyCreatedPage apiKey={apiKey} />, ALREADY_CREATED.status);
  }
}
