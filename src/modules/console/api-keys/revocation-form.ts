import { RevokeApiKeyDto, type Revocation } from '../../api-keys/index.js';
import { optionalTextOf, textOf, type FormBody } from '../forms/form-body.js';
import { validate } from '../forms/form-result.js';

/** Reads the form of `RevokePage`. Throws `validation_failed`. */
export const revocationOf = async (form: FormBody): Promise<Revocation> =>
  RevokeApiKeyDto.toRevocation(
    await validate(RevokeApiKeyDto, {
      reason: optionalTextOf(form, 'reason'),
      cascade: textOf(form, 'cascade') === 'yes',
    }),
  );
