import { type Attack, each } from '../attack'
import { NotOffered } from '../errors'
import type { Json } from '../json'
import type { Served } from '../listener'
import type { Target } from '../target'

const REFERENCE = 'OAuth Client ID Metadata Document'
const CALLBACK = 'https://document-client.example/callback'

let published = 0

/** Publishes a client's document and returns its address, which is the client's id. */
function publish(target: Target, document: (id: string) => Served): { id: string; path: string } {
  const listener = target.documents()
  if (target.metadata.client_id_metadata_document_supported !== true)
    throw new NotOffered('clients cannot be documents')
  const name = `client-${published++}.json`
  const path = listener.publish(name, document(`${listener.base}/${name}`))
  return { id: `${listener.base}${path}`, path }
}

const body = (id: string, changes: Json = {}): Served => ({
  body: JSON.stringify({
    client_id: id,
    client_name: 'A documented client',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    ...changes,
  }),
})

/** Whether a client of this document gets a code. */
async function isTaken(target: Target, document: (id: string) => Served, redirectUri = CALLBACK) {
  const { id } = publish(target, document)
  const { arrival } = await target.visit({ id, redirectUri })
  return arrival?.searchParams.has('code') === true
}

/** A document that is not good; that a good one is taken is seen first. */
const badDocument = (
  id: string,
  gets: string,
  decides: string,
  severity: Attack['severity'],
  documents: readonly ((id: string) => Served)[],
  redirectUri = CALLBACK,
): Attack => ({
  id,
  gets,
  reference: REFERENCE,
  severity,
  decides,
  run: async (target) => {
    if (!(await isTaken(target, (url) => body(url)))) throw new NotOffered('a good document is not taken')
    return each(documents, async (document) =>
      (await isTaken(target, document, redirectUri)) ? decides : undefined,
    )
  },
})

export const documentAttacks: readonly Attack[] = [
  badDocument(
    'document-other-id',
    'the name of another client',
    'a document is taken that names another client_id',
    'high',
    [(id) => body(id, { client_id: `${id}?other` }), (id) => body(id, { client_id: undefined })],
  ),
  badDocument(
    'document-redirect-uri',
    'the codes of a documented client',
    'a redirect URI that is not in the document is taken',
    'critical',
    [(id) => body(id)],
    'https://attacker.example/callback',
  ),
  badDocument(
    'document-secret',
    'a secret that everybody can read',
    'a document with a shared secret is taken',
    'medium',
    [(id) => body(id, { token_endpoint_auth_method: 'client_secret_basic', client_secret: 'public' })],
  ),
  badDocument(
    'document-overlong',
    'a server that is busy with one document',
    'a document of 2 MB is taken',
    'low',
    [(id) => body(id, { client_name: 'x', padding: 'x'.repeat(2_000_000) })],
  ),
  {
    id: 'document-redirect',
    gets: 'requests inside the server’s network, by a redirect of his document',
    reference: REFERENCE,
    severity: 'high',
    decides: 'the redirect of a document’s address is followed',
    run: async (target) => {
      const { id, path } = publish(target, (url) => body(url))
      const moved = publish(target, () => ({ location: id }))
      await target.visit({ id: moved.id, redirectUri: CALLBACK })
      return target.documents().asked(path) > 0 ? 'the redirect was followed' : undefined
    },
  },
  {
    id: 'document-internal',
    gets: 'requests inside the server’s network (SSRF)',
    reference: REFERENCE,
    severity: 'high',
    decides: 'a client_id at an internal address is called: with a request, or the beginning of TLS',
    run: async (target) => {
      if (target.metadata.client_id_metadata_document_supported !== true)
        throw new NotOffered('clients cannot be documents')
      const { base, received } = target.internal()
      const { host, hostname } = new URL(base)
      const mapped = hostname.startsWith('[')
        ? []
        : [`https://${host.replace(hostname, `[::ffff:${hostname}]`)}/a`]
      const addresses = [`https://${host}/a`, `${base}/a`, ...mapped]
      return each(addresses, async (id) => {
        const before = received()
        await target.visit({ id, redirectUri: CALLBACK })
        return received() > before ? `${id} was called` : undefined
      })
    },
  },
]
