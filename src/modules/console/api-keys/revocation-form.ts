import { RevokeApiKeyDto, type Revocation } from '../../api-keys/index.js';
import { optionalTextOf, textOf, type FormBody } from '../forms/form-body.js';
import { validateForm } from '../forms/form-result.js';

/** Reads the form of `RevokePage`. Throws `validation_failed`. */
export const revocationFromForm = async (form: FormBody): Promise<Revocation> =>
  RevokeApiKeyDto.toRevocation(
    await validateForm(RevokeApiKeyDto, {
      reason: optionalTextOf(form, 'reason'),
      cascade: textOf(form, 'cascade') === 'yes',
    }),
  );
