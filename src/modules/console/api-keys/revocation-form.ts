import { RevokeApiKeyDto, type Revocation } from '../../api-keys/index.js';
import { filledIn, textOf, type FormBody } from '../forms/form-body.js';
import { validated } from '../forms/form-result.js';

/** Reads the form of `RevokePage`. Throws `validation_failed`. */
export const revocationOf = async (form: FormBody): Promise<Revocation> =>
  RevokeApiKeyDto.toRevocation(
    await validated(RevokeApiKeyDto, {
      reason: filledIn(form, 'reason'),
      cascade: textOf(form, 'cascade') === 'yes',
    }),
  );
