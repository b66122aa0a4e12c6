import { parseEnvelope, symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto'
import type { Keyring } from '@/lib/crypto/keyring'
import { sealedWith, sealer } from '@/lib/crypto/seal'
import type { Codecs } from '@/lib/store/database/sealed-columns'
import { accountSecrets, secretVersion } from './auth-settings'

/** How values are sealed: by us, and by the accounts library with secrets that are derived from our keys. */
export function sealingCodecs(keyring: Keyring): Codecs {
  const { seal, open } = sealer(keyring)
  const secrets = accountSecrets(keyring, 'operator')
  const current = secretVersion(keyring.currentId)
  const key = {
    keys: new Map(secrets.map(({ version, value }) => [version, value])),
    currentVersion: current,
  }
  return {
    sealed: {
      keyOf: sealedWith,
      renew: (value, context) => seal(open(value, context), context),
    },
    accounts: {
      keyOf: (value, ids) => ids.find((id) => secretVersion(id) === parseEnvelope(value)?.version),
      renew: async (value) => symmetricEncrypt({ key, data: await symmetricDecrypt({ key, data: value }) }),
    },
  }
}
