import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { fetchListener } from '../fetch-listener'
import { listenOnLoopback } from '../loopback-server'

export const RESOURCE = 'http://localhost:3002/mcp'
export const keys = await generateKeyPair('ES256', { extractable: true })

/** An authorization server as the MCP server sees one: metadata and keys, at an issuer with a path. */
export async function startIssuer() {
  let fetched = 0
  const { origin, close } = await listenOnLoopback(0, (origin) =>
    fetchListener(
      async (request) => {
        fetched += 1
        switch (new URL(request.url).pathname) {
          case '/.well-known/oauth-authorization-server/s/acme':
            return Response.json({ issuer: `${origin}/s/acme`, jwks_uri: `${origin}/keys` })
          case '/.well-known/oauth-authorization-server/s/liar':
            return Response.json({ issuer: `${origin}/s/acme`, jwks_uri: `${origin}/keys` })
          case '/keys':
            return Response.json({
              keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256' }],
            })
          default:
            return new Response(null, { status: 404 })
        }
      },
      { origin, bodyLimit: 0 },
    ),
  )
  const issuer = `${origin}/s/acme`
  return { issuer, origin, close, fetched: () => fetched, accessToken: tokensOf(issuer) }
}

export type TokenOptions = {
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  key?: CryptoKey
}

/** Signs access tokens as this issuer, sound unless the options say otherwise. */
function tokensOf(issuer: string) {
  return ({ claims, header, key = keys.privateKey }: TokenOptions = {}): Promise<string> => {
    const now = Math.floor(Date.now() / 1000)
    return new SignJWT({
      iss: issuer,
      aud: RESOURCE,
      sub: 'user-1',
      client_id: 'client-1',
      scope: 'profile:read notes:write',
      iat: now,
      exp: now + 300,
      jti: crypto.randomUUID(),
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...header })
      .sign(key)
  }
}
