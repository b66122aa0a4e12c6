/**
 * Code for the developers of an MCP server, with the values of one server filled in. Everything that comes from the
 * configuration is written by `JSON.stringify`: a name cannot end a string. `docs/for-mcp-servers.md` explains it.
 */
/** What a snippet needs to know of a server. */
export type Place = {
  readonly name: string
  readonly slug: string
  readonly issuer: string
  readonly resource: string
  readonly jwksUri: string
  readonly introspectionEndpoint: string
  /** Where the MCP server must answer with `metadata`. */
  readonly metadataUrl: string
  readonly metadata: Readonly<Record<string, unknown>>
  /** `WWW-Authenticate` of a 401. */
  readonly challenge: string
}

const json = (value: unknown) => JSON.stringify(value)

/** Four lines that every JavaScript snippet begins with. */
const constants = ({ issuer, resource, metadataUrl }: Place) => `const ISSUER = ${json(issuer)}
const RESOURCE = ${json(resource)}
const METADATA_URL = ${json(metadataUrl)}`

const metadataCode = ({ metadata }: Place) => `/** Answer GET METADATA_URL with this: it is public. */
export const metadata = () =>
  Response.json(${indented(metadata, 2)}, { headers: { 'access-control-allow-origin': '*' } })`

const challengeCode = ({ challenge }: Place) => `const challenge = (error = '') =>
  new Response(null, {
    status: 401,
    headers: {
      'www-authenticate': ${json(challenge)} + error,
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'www-authenticate',
    },
  })`

/** For every framework that speaks `Request` and `Response`. */
export const joseCode = (place: Place) => `import { createRemoteJWKSet, errors, jwtVerify } from 'jose'

${constants(place)}

const published = createRemoteJWKSet(new URL(${json(place.jwksUri)}))

/** Keys that cannot be fetched say nothing about the token. */
class KeysUnavailable extends Error {}
const keys = async (header, token) => {
  try {
    return await published(header, token)
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) throw error
    throw new KeysUnavailable('the signing keys cannot be fetched', { cause: error })
  }
}

/** The claims of the request's access token, or the answer to a request without a good one. */
export async function authenticate(request) {
  const [scheme, token] = request.headers.get('authorization')?.split(' ') ?? []
  if (scheme?.toLowerCase() !== 'bearer' || !token) return challenge()
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: ISSUER,
      audience: RESOURCE,
      typ: 'at+jwt',
      algorithms: ['ES256'],
    })
    return payload
  } catch (error) {
    if (error instanceof KeysUnavailable)
      return new Response(null, { status: 503, headers: { 'retry-after': '5' } })
    if (error instanceof errors.JOSEError) return challenge(', error="invalid_token"')
    throw error
  }
}

${challengeCode(place)}

${metadataCode(place)}
`

/** The official SDK with Express. */
export const sdkCode = (
  place: Place,
) => `import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js'
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'

${constants(place)}

const keys = createRemoteJWKSet(new URL(${json(place.jwksUri)}))

async function verifyAccessToken(token) {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: ISSUER,
      audience: RESOURCE,
      typ: 'at+jwt',
      algorithms: ['ES256'],
    })
    return {
      token,
      clientId: payload.client_id,
      scopes: payload.scope?.split(' ') ?? [],
      expiresAt: payload.exp,
      resource: new URL(RESOURCE),
      extra: { sub: payload.sub },
    }
  } catch (error) {
    if (error instanceof errors.JOSEError) throw new InvalidTokenError(error.message)
    throw error
  }
}

/** Call this before your own routes: protect(app). Tools find the user in extra.authInfo.extra.sub. */
export function protect(app) {
  app.get(${json(pathOf(place.metadataUrl))}, (_request, response) => {
    response.set('access-control-allow-origin', '*').json(${indented(place.metadata, 4)})
  })
  app.use(${json(pathOf(place.resource))}, requireBearerAuth({
    verifier: { verifyAccessToken },
    resourceMetadataUrl: METADATA_URL,
  }))
}
`

/** Next.js with `mcp-handler`: two files. */
export const mcpHandlerCode = (place: Place) => `// app${routeOf(place.resource)}/route.ts
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { createMcpHandler, withMcpAuth } from 'mcp-handler'

const keys = createRemoteJWKSet(new URL(${json(place.jwksUri)}))

const handler = createMcpHandler((server) => {
  // server.registerTool(…, (input, ctx) => …): the user is in ctx.http?.authInfo?.extra
})

const verifyToken = async (_request: Request, token?: string) => {
  if (!token) return undefined
  const { payload } = await jwtVerify(token, keys, {
    issuer: ${json(place.issuer)},
    audience: ${json(place.resource)},
    typ: 'at+jwt',
    algorithms: ['ES256'],
  })
  return {
    token,
    clientId: String(payload.client_id),
    scopes: String(payload.scope ?? '').split(' ').filter(Boolean),
    expiresAt: payload.exp,
    extra: { sub: payload.sub },
  }
}

const protectedHandler = withMcpAuth(handler, verifyToken, {
  required: true,
  resourceUrl: ${json(new URL(place.resource).origin)},
  resourceMetadataPath: ${json(pathOf(place.metadataUrl))},
})
export { protectedHandler as GET, protectedHandler as POST }

// app${routeOf(place.metadataUrl)}/route.ts
export const GET = () =>
  Response.json(${indented(place.metadata, 2)}, { headers: { 'access-control-allow-origin': '*' } })
`

/** Python with FastMCP. */
export const pythonCode = ({ issuer, resource, jwksUri, name }: Place) => `from typing import Annotated

from fastmcp import FastMCP
from fastmcp.server.auth import RemoteAuthProvider
from fastmcp.server.auth.providers.jwt import JWTVerifier
from pydantic import AnyHttpUrl, TypeAdapter, UrlConstraints

ISSUER = ${json(issuer)}

# Issuers are compared as strings: pydantic would add a slash to one without a path.
Exactly = Annotated[AnyHttpUrl, UrlConstraints(preserve_empty_path=True)]

auth = RemoteAuthProvider(
    token_verifier=JWTVerifier(
        jwks_uri=${json(jwksUri)},
        issuer=ISSUER,
        audience=${json(resource)},
        algorithm="ES256",
    ),
    authorization_servers=[TypeAdapter(Exactly).validate_python(ISSUER)],
    base_url=${json(new URL(resource).origin)},
)

mcp = FastMCP(${json(name)}, auth=auth)

if __name__ == "__main__":
    mcp.run(transport="http", path=${json(pathOf(resource))})
`

/** Where tokens say nothing by themselves. */
export const introspectionCode = (place: Place) => `${constants(place)}

/** The credential of this MCP server, from an environment variable: it is made under "Tokens". */
const RESOURCE_SECRET = process.env.RESOURCE_SECRET

/** The claims of the request's access token, or the answer to a request without a good one. */
export async function authenticate(request) {
  const [scheme, token] = request.headers.get('authorization')?.split(' ') ?? []
  if (scheme?.toLowerCase() !== 'bearer' || !token) return challenge()
  const answer = await fetch(${json(place.introspectionEndpoint)}, {
    method: 'POST',
    headers: { authorization: \`Bearer \${RESOURCE_SECRET}\` },
    body: new URLSearchParams({ token }),
  })
  // Neither a wrong credential nor an outage says anything about the token.
  if (!answer.ok) return new Response(null, { status: 503, headers: { 'retry-after': '5' } })
  const claims = await answer.json()
  const good =
    claims.active && claims.token_type === 'Bearer' && claims.iss === ISSUER && claims.aud === RESOURCE
  return good ? claims : challenge(', error="invalid_token"')
}

${challengeCode(place)}

${metadataCode(place)}
`

function pathOf(url: string): string {
  return new URL(url).pathname
}

/** The folder of a Next.js route; that of the root is none. */
function routeOf(url: string): string {
  const path = pathOf(url).replace(/\/$/, '')
  return path === '/' ? '' : path
}

/** JSON that goes on at a depth of the code around it. */
function indented(value: unknown, depth: number): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${' '.repeat(depth)}`)
}
