import { parseJson, textOf } from '../../src/json'
import { findClient, mayRedirect } from './clients'
import { parameters, random, SCOPES, type Toy, type ToyClient, USER } from './state'
import { audienceOf, issue } from './tokens'

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)

/** An authorization request: an error page, a redirect to the client, or the form of login and consent. */
export async function authorize(toy: Toy, url: URL): Promise<Response> {
  const query = await objectOf(toy, parameters(toy, url.searchParams))
  const client = await findClient(toy, query.get('client_id'))
  const unvalidated = query.get('redirect_uri') ?? ''
  if (
    toy.has('errors are redirected before the redirect URI is looked at') &&
    problemOf(toy, query) !== undefined &&
    URL.canParse(unvalidated)
  )
    return back(toy, query, unvalidated, { error: 'invalid_request' })
  if (!client) return page(toy, 400, `unknown client ${shown(toy, query.get('client_id') ?? '')}`)
  const redirectUri = query.get('redirect_uri') ?? onlyUri(toy, client)
  if (redirectUri === undefined || !mayRedirect(toy, client, redirectUri))
    return page(toy, 400, `unknown redirect URI ${shown(toy, redirectUri ?? '')}`)
  const token = query.get('response_type')?.includes('token') && toy.has('tokens in the front channel')
  if (token) {
    const grant = { clientId: client.id, scope: SCOPES, audience: undefined, ended: false }
    return leads(`${redirectUri}#access_token=${issue(toy, grant).access_token}`)
  }
  const problem = problemOf(toy, query)
  if (problem !== undefined) return back(toy, query, redirectUri, { error: problem })
  if (client.logoUri && toy.has('logos are fetched')) await fetch(client.logoUri).catch(() => undefined)
  query.set('redirect_uri', redirectUri)
  return consentPage(toy, query, client)
}

function onlyUri(toy: Toy, { redirectUris }: ToyClient): string | undefined {
  return redirectUris.length === 1 || toy.has('the first redirect URI without one')
    ? redirectUris[0]
    : undefined
}

/** What a request object says instead; a sound server here takes none. */
async function objectOf(toy: Toy, query: URLSearchParams): Promise<URLSearchParams> {
  const uri = query.get('request_uri')
  if (uri !== null && toy.has('a request_uri is fetched')) await fetch(uri).catch(() => undefined)
  const object = query.get('request')
  if (object === null || !toy.has('unsigned request objects')) return query
  const claims = parseJson(Buffer.from(object.split('.')[1] ?? '', 'base64url').toString())
  const redirectUri = textOf(claims, 'redirect_uri') ?? ''
  // It trusts the object, and the redirect URI in it.
  toy.clients.set('object', {
    id: 'object',
    name: '',
    redirectUris: [redirectUri],
    grants: [],
    managementToken: '',
  })
  return new URLSearchParams(
    [...query].map(([name, value]) => {
      if (name === 'client_id') return [name, 'object']
      return [name, name === 'redirect_uri' ? redirectUri : value]
    }),
  )
}

function problemOf(toy: Toy, query: URLSearchParams): string | undefined {
  if (query.get('response_type') !== 'code') return 'unsupported_response_type'
  if (query.has('request') || query.has('request_uri')) return undefined
  const unknown = scopeOf(query).filter((scope) => !SCOPES.includes(scope))
  if (unknown.length > 0 && toy.has('unknown scopes break it')) throw new Error('a scope is unknown')
  if (unknown.length > 0 && !toy.has('scopes nobody defined')) return 'invalid_scope'
  if (audienceOf(query.get('resource'), toy.has('any resource at authorization')) === undefined)
    return 'invalid_target'
  const [challenge, method] = [query.get('code_challenge'), query.get('code_challenge_method')]
  if (challenge === null) return toy.has('PKCE is optional') ? undefined : 'invalid_request'
  if (method === 'S256' && challenge.length === 43) return undefined
  return toy.has('PKCE by plain') && (method ?? 'plain') === 'plain' ? undefined : 'invalid_request'
}

const scopeOf = (query: URLSearchParams) => (query.get('scope') ?? '').split(' ').filter(Boolean)

function consentPage(toy: Toy, query: URLSearchParams, client: ToyClient): Response {
  const [id, formToken] = [random(), random()]
  toy.requests.set(id, { parameters: query, formToken })
  const name = toy.has('names show markup') ? client.name : escaped(client.name)
  const flags = toy.has('cookies without flags') ? '' : '; HttpOnly; SameSite=Lax'
  const shownPage = page(
    toy,
    200,
    `${name} wants access <form method="post" action="/consent"><input type="hidden" name="request" value="${id}">
     <input name="username"><input type="password" name="password"><button name="decision" value="deny">Deny</button>
     <button name="decision" value="allow">Allow</button></form>`,
    { 'set-cookie': `form=${formToken}; Path=/${flags}` },
  )
  if (toy.has('a cookie for the language')) shownPage.headers.append('set-cookie', 'lang=en-US; Path=/')
  return shownPage
}

/** The user's answer: the form, in the browser that was shown it. */
export async function consent(toy: Toy, request: Request): Promise<Response> {
  const form = new URLSearchParams(await request.text())
  const waiting = toy.requests.get(form.get('request') ?? '')
  const cookies = (request.headers.get('cookie') ?? '').split('; ')
  if (!waiting || !cookies.includes(`form=${waiting.formToken}`))
    return page(toy, 400, 'this is not your form')
  const { parameters: query } = waiting
  const redirectUri = query.get('redirect_uri') ?? ''
  toy.requests.delete(form.get('request') ?? '')
  if (form.get('username') !== USER.username || form.get('password') !== USER.password)
    return page(toy, 403, 'wrong password')
  if (form.get('decision') !== 'allow') return back(toy, query, redirectUri, { error: 'access_denied' })
  const code = toy.newCode()
  const audience = audienceOf(query.get('resource'), true)
  toy.codes.set(code, {
    grant: { clientId: query.get('client_id') ?? '', scope: scopeOf(query), audience, ended: false },
    redirectUri,
    challenge: query.get('code_challenge') ?? undefined,
    method: query.get('code_challenge_method') ?? 'plain',
    expiresAt: toy.clock.now + (toy.has('codes live for a day') ? 86_400_000 : 60_000),
    spent: false,
  })
  return back(toy, query, redirectUri, { code })
}

function back(
  toy: Toy,
  query: URLSearchParams,
  redirectUri: string,
  answer: Record<string, string>,
): Response {
  const state = query.get('state') ?? ''
  const all = new URLSearchParams(answer)
  if (!toy.has('responses without iss')) all.set('iss', toy.issuer)
  const separator = redirectUri.includes('?') ? '&' : '?'
  const [base, fragment] = redirectUri.split('#')
  if (toy.has('a state that is not escaped'))
    return leads(`${base}${separator}${all}&state=${encodeURI(state)}`)
  if (!answer.error || !toy.has('errors without the state')) all.set('state', state)
  return leads(`${base}${separator}${all}${fragment === undefined ? '' : `#${fragment}`}`)
}

const leads = (location: string) => new Response(null, { status: 303, headers: { location } })

/** The state of a page: what came with the request, as text or, in the fault, as markup. */
const shown = (toy: Toy, text: string) => (toy.has('errors show markup') ? text : escaped(text))

function page(toy: Toy, status: number, body: string, headers: Record<string, string> = {}): Response {
  const portal = toy.has('pages in the frame of a portal') ? 'https://portal.example' : "'none'"
  const ancestors = toy.has('pages can be framed by any site with TLS') ? "'self' https:" : portal
  const policy = `default-src *; frame-ancestors ${ancestors}`
  const frames = toy.has('pages can be framed') ? {} : { 'content-security-policy': policy }
  return new Response(`<!doctype html>${body}`, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      ...frames,
      ...headers,
    },
  })
}
