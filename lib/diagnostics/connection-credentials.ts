import { randomBytes } from 'node:crypto'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { clientConfiguration } from '@/lib/upstream/client-configuration'
import { exchangeCode } from '@/lib/upstream/code-exchange'
import type { OAuthConnectionConfig } from '@/lib/upstream/connection-config'
import type { UpstreamContext } from '@/lib/upstream/context'
import { findProvider } from '@/lib/upstream/discovery-cache'
import type { UpstreamAnswer } from '@/lib/upstream/upstream-http'
import type { ConnectionCheck } from './connection-check'
import { clockSkew } from './expiry-and-skew'
import { failureFinding } from './failure-finding'
import { type Finding, findingsOf } from './finding'

const { ok, warning, problem } = findingsOf('connection')

type Method = OAuthConnectionConfig['tokenEndpointAuthMethod']

/** The answer of the token endpoint to a code that was never issued. */
type Attempt = {
  readonly error: UpstreamError
  /** Its own code, as it is or as good as none. */
  readonly code: unknown
  readonly date: string | undefined
  readonly age: string | undefined
}

/**
 * Whether the token endpoint takes our credentials: a made-up code is refused as a code (`invalid_grant`) only by who
 * has looked at the client before (RFC 6749 §5.2).
 *
 * @throws UpstreamError when it cannot be asked
 */
export async function credentialFindings(check: ConnectionCheck): Promise<readonly Finding[]> {
  const { connection, context } = check
  const attempt = await tryCode(connection, context)
  const clock = clockFinding(attempt, check)
  return [...clock, await credentialFinding(attempt, check)]
}

async function credentialFinding(
  attempt: Attempt,
  { connection, context }: ConnectionCheck,
): Promise<Finding> {
  const { error, code } = attempt
  if (isAboutTheCode(attempt)) return ok('credentials', 'idp.credentials')
  if (error.reason !== 'upstream_client_rejected' && error.reason !== 'upstream_error')
    return failureFinding(error)
  // Whatever else it was refused with, another method may be what is wanted.
  const better = await workingMethod(connection, context)
  if (better)
    return problem(error.reason, 'idp.method', { method: connection.tokenEndpointAuthMethod, better })
  return SURE.has(String(code)) ? failureFinding(error) : warning('credentials', 'idp.credentials_untold')
}

/** Only who has let the client in looks at its code. */
const isAboutTheCode = ({ error, code }: Attempt): boolean =>
  error.reason === 'upstream_error' && ABOUT_THE_CODE.has(String(code))

/** RFC 6749 §5.2; the last one is GitHub's, as in the next. */
const ABOUT_THE_CODE = new Set(['invalid_grant', 'bad_verification_code'])
const SURE = new Set(['invalid_client', 'incorrect_client_credentials'])

const METHODS: readonly Method[] = ['client_secret_basic', 'client_secret_post', 'client_secret_basic_raw']

/** Some take only the method that was registered there. */
async function workingMethod(
  connection: OAuthConnectionConfig,
  context: UpstreamContext,
): Promise<Method | undefined> {
  if (connection.clientSecret === undefined) return undefined
  for (const method of METHODS.filter((other) => other !== connection.tokenEndpointAuthMethod)) {
    if (isAboutTheCode(await tryCode({ ...connection, tokenEndpointAuthMethod: method }, context)))
      return method
  }
  return undefined
}

async function tryCode(connection: OAuthConnectionConfig, context: UpstreamContext): Promise<Attempt> {
  const made = () => randomBytes(32).toString('base64url')
  const state = made()
  let answer: UpstreamAnswer | undefined
  const http = {
    ...context.http,
    request: async (...request: Parameters<typeof context.http.request>) => {
      const response = await context.http.request(...request)
      answer = response
      return response
    },
  }
  const parameters = new URLSearchParams({ code: `vestibule-doctor-${made()}`, state })
  const expected = { state, ...(connection.pkce && { codeVerifier: made() }) }
  const server = await tokenServer(connection, context)
  const error = await exchangeCode(clientConfiguration(connection, server, context), parameters, expected, {
    ...context,
    http,
  }).then(
    () =>
      new UpstreamError('upstream_response_invalid', 'The token endpoint gave tokens for a made-up code.'),
    (thrown: unknown) => {
      if (thrown instanceof UpstreamError) return thrown
      throw thrown
    },
  )
  if (!answer) throw error
  const body: unknown = await answer.json().catch(() => undefined)
  return {
    error,
    code: typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined,
    date: answer.headers.get('date') ?? undefined,
    age: answer.headers.get('age') ?? undefined,
  }
}

async function tokenServer(connection: OAuthConnectionConfig, { http, clock }: UpstreamContext) {
  if (connection.type === 'oauth2')
    return { issuer: `connection:${connection.id}`, token_endpoint: connection.tokenEndpoint }
  const { metadata } = await findProvider(connection, http, clock())
  return { issuer: metadata.issuer, token_endpoint: metadata.tokenEndpoint }
}

function clockFinding({ date, age }: Attempt, { context }: ConnectionCheck): readonly Finding[] {
  const skew = clockSkew(date, age, context.clock())
  const reason = 'upstream_clock_skew'
  return skew ? [problem(reason, 'idp.clock', { skew, remedy: { remedyOf: reason } })] : []
}
