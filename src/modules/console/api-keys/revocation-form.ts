import { RevokeApiKeyDto, type Revocation } from '../../api-keys/index.js';
import { filledIn, textOf, validated, type FormBody } from '../page/forms.js';

/** What the form of `RevokePage` asks for. Throws `validation_failed`. */
export const revocationOf = async (form: FormBody): Promise<Revocation> =>
  RevokeApiKeyDto.toRevocation(
    await validated(RevokeApiKeyDto, {
      reason: filledIn(form, 'reason'),
      cascade: textOf(form, 'cascade') === 'yes',
    }),
  );
