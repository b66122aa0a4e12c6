import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { authenticate } from './clients'
import { parameters, Refusal, SCOPES, type Toy, type ToyClient, type ToyCode, USER } from './state'
import { audienceOf, issue, verified } from './tokens'

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'

/** The token endpoint: the body of its answer. */
export async function token(toy: Toy, request: Request): Promise<object> {
  const isGet = request.method === 'GET'
  const body = isGet ? new URL(request.url).search : await request.text()
  const form = parameters(toy, new URLSearchParams(body || new URL(request.url).search))
  if ((isGet || body === '') && !toy.has('tokens for GET')) throw new Refusal('invalid_request')
  const type = form.get('grant_type')
  if (form.has('client_assertion')) await keysOf(toy, form)
  const client = authenticate(toy, request, form)
  if (type === 'authorization_code') return redeem(toy, client, form)
  if (type === 'refresh_token') return refresh(toy, client, form)
  const user = { clientId: client.id, scope: SCOPES, audience: undefined, ended: false }
  if (type === 'password' && toy.has('tokens for a password') && form.get('password') === USER.password)
    return issue(toy, user)
  if (type === 'client_credentials' && client.grants.includes(type)) return issue(toy, user)
  if (type !== DEVICE) throw new Refusal('unsupported_grant_type')
  if (toy.devices.get(form.get('device_code') ?? '') !== client.id) throw new Refusal('invalid_grant')
  if (toy.has('devices need no approval')) return issue(toy, user)
  throw new Refusal('authorization_pending')
}

/** The keys of a client: a sound server fetches none from inside its network. */
async function keysOf(toy: Toy, form: URLSearchParams): Promise<void> {
  const payload = form.get('client_assertion')?.split('.')[1] ?? ''
  const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const uri = toy.clients.get(String(sub))?.jwksUri
  if (uri && toy.has('key sets are fetched from anywhere')) await fetch(uri).catch(() => undefined)
  throw new Refusal('invalid_client', 401)
}

/** As in OAuth 2.0: it has to be there again. OAuth 2.1 §10.2 leaves it to PKCE. */
function isItsRedirect(toy: Toy, { redirectUri }: ToyCode, given: string | null): boolean {
  if (toy.has('PKCE in the place of the redirect URI')) return true
  return redirectUri === given || (given !== null && toy.has('codes for any redirect URI'))
}

async function redeem(toy: Toy, client: ToyClient, form: URLSearchParams): Promise<object> {
  const code = toy.codes.get(form.get('code') ?? '')
  if (!code || code.expiresAt < toy.clock.now) throw new Refusal('invalid_grant')
  if (code.grant.clientId !== client.id && !toy.has('codes of any client')) throw new Refusal('invalid_grant')
  if (!isItsRedirect(toy, code, form.get('redirect_uri'))) throw new Refusal('invalid_grant')
  if (!isVerified(toy, code, form.get('code_verifier'))) throw new Refusal('invalid_grant')
  const audience = audienceOf(
    form.get('resource') ?? code.grant.audience ?? null,
    toy.has('any resource for a code'),
  )
  const asked = audience ?? (toy.has('any resource at authorization') ? code.grant.audience : undefined)
  if (asked === undefined) throw new Refusal('invalid_target')
  if (code.spent && !toy.has('codes are good again')) {
    if (!toy.has('a replay has no consequence')) code.grant.ended = true
    throw new Refusal('invalid_grant')
  }
  if (toy.has('codes are looked up, then spent')) await setImmediate()
  code.spent = true
  return issue(toy, code.grant, code.grant.scope, asked)
}

function isVerified(toy: Toy, { challenge, method }: ToyCode, verifier: string | null): boolean {
  if (challenge === undefined) return true
  if (!verifier) return toy.has('the verifier is optional')
  if (toy.has('any verifier') || method === 'plain') return toy.has('any verifier') || verifier === challenge
  return createHash('sha256').update(verifier).digest('base64url') === challenge
}

function refresh(toy: Toy, client: ToyClient, form: URLSearchParams): object {
  const presented = form.get('refresh_token') ?? ''
  const known = toy.refreshTokens.get(presented)
  const claims = toy.has('access tokens refresh') ? verified(toy, presented) : undefined
  const grant = known?.grant ?? (claims && toy.accessTokens.get(String(claims.jti)))
  if (!grant || grant.ended) throw new Refusal('invalid_grant')
  if (grant.clientId !== client.id && !toy.has('refresh tokens of any client'))
    throw new Refusal('invalid_grant')
  const asked = form.get('scope')?.split(' ') ?? grant.scope
  if (!asked.every((scope) => grant.scope.includes(scope)) && !toy.has('more scope at a refresh'))
    throw new Refusal('invalid_scope')
  const audience = audienceOf(
    form.get('resource') ?? grant.audience ?? null,
    toy.has('any resource at a refresh'),
  )
  if (audience === undefined) throw new Refusal('invalid_target')
  if (known?.used && !toy.has('old refresh tokens stay good')) {
    if (!toy.has('a reuse has no consequence')) grant.ended = true
    throw new Refusal('invalid_grant')
  }
  const issued = issue(toy, grant, asked, audience)
  if (toy.has('refresh tokens stay')) return { ...issued, refresh_token: presented }
  if (known) known.used = true
  return issued
}
