import { createHash } from 'node:crypto'
import { type Answer, Connection, FORM, header, JSON_TYPE } from '../connection'
import type { Operation, OperationName } from './target'

/** How many requests are under way at once. */
export const CONNECTIONS = 16

/** The driver's client: the same pair for every code, which costs a server no less. */
const VERIFIER = 'bench-bench-bench-bench-bench-bench-bench-bench'
export const CODE_CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')
export const REDIRECT_URI = 'https://client.example/callback'
export const RESOURCE = 'https://mcp.example/mcp'

/** How an authorization server is driven. */
export type Driven = {
  readonly port: number
  readonly host: string
  readonly paths: Partial<Record<'discovery' | 'jwks' | 'register' | 'introspect', string>> & {
    readonly authorize: string
    readonly token: string
  }
  /** A public client. */
  readonly clientId: string
  readonly scope: string
  /** RFC 8707; absent where the server knows no resources. */
  readonly resource?: string
  /** For a signed-in user who has consented. */
  readonly cookie?: string
  /** What the resource server proves itself with. */
  readonly introspection?: string
  /** A whole login on one connection, from the authorization endpoint to the code; absent: there is none. */
  login?(connection: Connection): Promise<string>
  /** Makes codes off the clock; absent: by the authorization endpoint. */
  fill?(count: number): Promise<readonly string[]>
}

type Tokens = { readonly access_token: string; readonly refresh_token: string }

/** All operations of a server, as far as it has them. */
export function oauthOperations(driven: Driven): Partial<Record<OperationName, Operation>> {
  const { paths, login } = driven
  const codes: string[] = []
  const latest: Tokens[] = []
  return {
    ...(paths.discovery && { discovery: reading(paths.discovery) }),
    ...(paths.jwks && { jwks: reading(paths.jwks) }),
    ...(paths.register && { register: registering(paths.register) }),
    authorize: authorizing(driven),
    exchange: exchanging(driven, codes, latest),
    refresh: refreshing(driven, latest),
    ...(paths.introspect && { introspect: introspecting(driven, paths.introspect, latest) }),
    ...(login && { login: loggingIn(driven, login) }),
  }
}

function reading(path: string): Operation {
  return {
    async step(connection) {
      expectStatus(await connection.request({ path }), 200)
      return true
    },
  }
}

function registering(path: string): Operation {
  const body = JSON.stringify({
    client_name: 'Bench',
    redirect_uris: [REDIRECT_URI],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  })
  return {
    async step(connection) {
      expectStatus(await connection.request({ method: 'POST', path, headers: JSON_TYPE, body }), 201, 200)
      return true
    },
  }
}

/** The request that begins a login: a code at once where the user is signed in, the way to the pages elsewhere. */
export function authorizeRequest({ paths, clientId, scope, resource, cookie }: Driven) {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    code_challenge: CODE_CHALLENGE,
    code_challenge_method: 'S256',
    state: 'state-of-the-client',
    scope,
    ...(resource && { resource }),
  })
  return { path: `${paths.authorize}?${query}`, ...(cookie && { headers: `Cookie: ${cookie}\r\n` }) }
}

function authorizing(driven: Driven): Operation {
  const request = authorizeRequest(driven)
  return {
    async step(connection) {
      expectStatus(await connection.request(request), 302, 303)
      return true
    },
  }
}

function exchanging(driven: Driven, codes: string[], latest: Tokens[]): Operation {
  return {
    async prepare(count) {
      codes.splice(0, codes.length, ...(await newCodes(driven, count)))
    },
    async step(connection, index) {
      const code = codes.pop()
      if (code === undefined) return false
      latest[index] = await exchangeCode(driven, connection, code)
      return true
    },
  }
}

/** @throws Error when the code brings no tokens */
export async function exchangeCode(driven: Driven, connection: Connection, code: string): Promise<Tokens> {
  const form = { code, code_verifier: VERIFIER, redirect_uri: REDIRECT_URI }
  return askForTokens(driven, connection, { grant_type: 'authorization_code', ...form })
}

/** Each connection goes on with the refresh token that it got last. */
function refreshing(driven: Driven, latest: Tokens[]): Operation {
  return {
    prepare: () => requireTokens(driven, latest),
    async step(connection, index) {
      const refresh_token = latest[index]?.refresh_token ?? ''
      latest[index] = await askForTokens(driven, connection, { grant_type: 'refresh_token', refresh_token })
      return true
    },
  }
}

function introspecting(driven: Driven, path: string, latest: Tokens[]): Operation {
  const headers = `${FORM}Authorization: ${driven.introspection}\r\n`
  return {
    prepare: () => requireTokens(driven, latest),
    async step(connection, index) {
      const body = `token=${latest[index]?.access_token ?? ''}`
      const answer = await connection.request({ method: 'POST', path, headers, body })
      if (!/"active": ?true/.test(answer.body)) throw new Error(describe(answer))
      return true
    },
  }
}

function loggingIn(driven: Driven, login: (connection: Connection) => Promise<string>): Operation {
  return {
    async step(connection) {
      await exchangeCode(driven, connection, await login(connection))
      return true
    },
  }
}

async function askForTokens(
  { paths, clientId, resource }: Driven,
  connection: Connection,
  form: Readonly<Record<string, string>>,
): Promise<Tokens> {
  const body = new URLSearchParams({ ...form, client_id: clientId, ...(resource && { resource }) }).toString()
  const answer = await connection.request({ method: 'POST', path: paths.token, headers: FORM, body })
  expectStatus(answer, 200)
  const tokens = JSON.parse(answer.body) as Partial<Tokens>
  if (!tokens.access_token || !tokens.refresh_token) throw new Error(describe(answer))
  return { access_token: tokens.access_token, refresh_token: tokens.refresh_token }
}

/** Tokens for every connection that has none: an operation may be measured alone. */
async function requireTokens(driven: Driven, latest: Tokens[]): Promise<void> {
  const wanting = CONNECTIONS - latest.filter(Boolean).length
  if (wanting === 0) return
  const codes = [...(await newCodes(driven, wanting))]
  await withConnections(driven, async (connection, index) => {
    const code = latest[index] ? undefined : codes.pop()
    if (code !== undefined) latest[index] = await exchangeCode(driven, connection, code)
  })
}

async function newCodes(driven: Driven, count: number): Promise<readonly string[]> {
  if (driven.fill) return driven.fill(count)
  const request = authorizeRequest(driven)
  const codes: string[] = []
  await withConnections(driven, async (connection) => {
    while (codes.length < count) {
      const answer = await connection.request(request)
      expectStatus(answer, 302, 303)
      codes.push(codeIn(answer))
    }
  })
  return codes.slice(0, count)
}

/** @throws Error when the redirect brings no code */
export function codeIn(answer: Answer): string {
  const location = header(answer, 'location')
  const code = URL.canParse(location) ? new URL(location).searchParams.get('code') : null
  if (!code) throw new Error(describe(answer))
  return code
}

/** @throws Error when the answer has none of these */
export function expectStatus(answer: Answer, ...statuses: readonly number[]): void {
  if (!statuses.includes(answer.status)) throw new Error(describe(answer))
}

const describe = ({ head, body }: Answer) => `unexpected answer:\n${head}\n${body.slice(0, 500)}`

async function withConnections(
  { port, host }: Driven,
  work: (connection: Connection, index: number) => Promise<void>,
): Promise<void> {
  const connections = Array.from({ length: CONNECTIONS }, () => new Connection(port, host))
  try {
    await Promise.all(connections.map(work))
  } finally {
    for (const connection of connections) connection.close()
  }
}
