import type { Attack } from './attack'
import { codeAttacks } from './attacks/code'
import { deviceAttacks } from './attacks/device'
import { documentAttacks } from './attacks/documents'
import { metadataAttacks } from './attacks/metadata'
import { pageAttacks } from './attacks/pages'
import { pkceAttacks } from './attacks/pkce'
import { redirectUriAttacks } from './attacks/redirect-uri'
import { refreshAttacks } from './attacks/refresh'
import { registrationAttacks } from './attacks/registration'
import { requestObjectAttacks } from './attacks/request-objects'
import { resourceAttacks } from './attacks/resource'
import { responseAttacks } from './attacks/response'
import { tokenEndpointAttacks } from './attacks/token-endpoint'
import { tokenAttacks } from './attacks/tokens'

/** Of what made the server fail while everything else was tried: it is judged last. */
const serverErrors: Attack = {
  id: 'server-errors',
  gets: 'a server that fails at his command',
  reference: 'RFC 6749 §4.1.2.1, §5.2',
  severity: 'low',
  decides: 'a request of the range was answered with 500 or above, 503 left out',
  run: async ({ http }) => {
    const failures = http.failures()
    return failures.length > 0 ? failures.join('; ') : undefined
  },
}

/** Every attack, in the order in which they are tried. */
export const ATTACKS: readonly Attack[] = [
  ...metadataAttacks,
  ...redirectUriAttacks,
  ...requestObjectAttacks,
  ...pkceAttacks,
  ...codeAttacks,
  ...refreshAttacks,
  ...resourceAttacks,
  ...responseAttacks,
  ...tokenEndpointAttacks,
  ...tokenAttacks,
  ...registrationAttacks,
  ...documentAttacks,
  ...deviceAttacks,
  ...pageAttacks,
  serverErrors,
]
