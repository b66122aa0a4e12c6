import { preflight } from '@/lib/http/cors'
import { documentEndpoint } from '@/lib/http/document-endpoint'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { KEY_SET_MAX_AGE } from '@/lib/oauth/protocol/lifetimes'
import { context } from '@/lib/services/services'

/** The server's public signing keys (RFC 7517 §5), and no other server's. */
export const GET = documentEndpoint(context, async ({ server, ports }) => ({
  body: { keys: await ports.signer.publicKeys(server.id) },
  maxAge: KEY_SET_MAX_AGE,
}))

export const OPTIONS = preflight

export const { DELETE, PATCH, POST, PUT } = refuseMethodsBut('GET')
