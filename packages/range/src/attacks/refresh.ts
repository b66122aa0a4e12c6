import { type Attack, each } from '../attack'
import { NotOffered, Undecided } from '../errors'
import { textOf } from '../json'
import { gotTokens, type Target, told } from '../target'

/** Longer than the grace in which servers let clients repeat a refresh whose answer was lost. */
const GRACE = 95_000

/** Refreshes as the honest client does. */
async function next(target: Target, token: string): Promise<string> {
  const answer = await target.refresh(token)
  if (!gotTokens(answer)) throw new Undecided(`an honest refresh is refused: ${told(answer)}`)
  return textOf(answer.json, 'refresh_token') ?? token
}

/** A refresh token that was rotated twice; NotOffered where they are not rotated. */
async function rotatedTwice(target: Target) {
  const { refresh: first } = await target.refreshable()
  const second = await next(target, first)
  if (second === first) throw new NotOffered('refresh tokens are not rotated')
  return { first, second, third: await next(target, second) }
}

export const refreshAttacks: readonly Attack[] = [
  {
    id: 'refresh-rotation',
    gets: 'access for as long as the user’s, with a stolen refresh token of a public client',
    reference: 'OAuth 2.1 §4.3.1, RFC 9700 §4.14.2',
    severity: 'high',
    decides: 'a public client’s refresh token stays the same, or one that was used makes a second family',
    run: async (target) => {
      const { refresh: first } = await target.refreshable()
      const second = await next(target, first)
      if (second === first) return 'a refresh token is good again and again'
      const third = await next(target, second)
      const repeated = await target.refresh(first)
      const other = textOf(repeated.json, 'refresh_token')
      if (!gotTokens(repeated) || other === undefined || other === second || other === third) return undefined
      const both = [await target.refresh(other), await target.refresh(third)]
      return both.every(gotTokens) ? 'thief and client go on beside one another' : undefined
    },
  },
  {
    id: 'refresh-reuse',
    gets: 'the refresh tokens that follow a stolen one, unnoticed',
    reference: 'RFC 9700 §4.14.2',
    severity: 'medium',
    decides: 'the newest refresh token is good after an old one of its family was presented',
    run: async (target) => {
      const { first, third } = await rotatedTwice(target)
      if (gotTokens(await target.refresh(first))) {
        if (!target.settings.slow) throw new NotOffered('a repetition is answered for a while: --slow waits')
        await target.settings.wait(GRACE)
        if (gotTokens(await target.refresh(first)))
          return 'an old refresh token is good for more than a minute'
      }
      return gotTokens(await target.refresh(third)) ? 'the family goes on after a reuse' : undefined
    },
  },
  {
    id: 'refresh-other-client',
    gets: 'tokens for a refresh token of another client',
    reference: 'RFC 6749 §6, §10.4',
    severity: 'high',
    decides: 'another client refreshes with it',
    run: async (target) => {
      const other = await target.otherClient()
      const { refresh } = await target.refreshable()
      return gotTokens(await target.refresh(refresh, {}, other)) ? 'tokens for another client' : undefined
    },
  },
  {
    id: 'refresh-scope',
    gets: 'scopes that the user never gave',
    reference: 'RFC 6749 §6',
    severity: 'critical',
    decides: 'a refresh token for one scope gives tokens for more',
    run: async (target) => {
      const { narrow, wider } = twoScopes(target)
      // A client of its own: what the user gave another one before may be good for all of its logins.
      const client = await target.registered()
      const { refresh } = await target.refreshable(await target.logIn(client, { scope: narrow }))
      const answer = await target.refresh(refresh, { scope: `${narrow} ${wider}` }, client)
      const given = await scopesOf(target, answer)
      return given.includes(wider) ? `${wider} was added to ${narrow}` : undefined
    },
  },
  {
    id: 'scope-unknown',
    gets: 'scopes that the server does not know',
    reference: 'RFC 6749 §3.3',
    severity: 'low',
    decides: 'a scope that is not published comes back granted',
    run: async (target) => {
      if (target.scopes.length === 0) throw new NotOffered('no scopes are published')
      const scope = `${target.scopes.join(' ')} range:admin`
      const { arrival } = await target.visit(await target.client(), { scope })
      if (!arrival?.searchParams.has('code')) return undefined
      const { answer } = await target.tokens(await target.logIn(undefined, { scope }))
      return (await scopesOf(target, answer)).includes('range:admin') ? 'range:admin was granted' : undefined
    },
  },
  {
    id: 'token-confusion',
    gets: 'a longer life for a short-lived secret',
    reference: 'RFC 6749 §6',
    severity: 'high',
    decides: 'an access token or a code is taken for a refresh token',
    run: async (target) => {
      const login = await target.logIn()
      const { access } = await target.tokens(login)
      return each([access, login.code], async (token) =>
        gotTokens(await target.refresh(token)) ? 'something else passes for a refresh token' : undefined,
      )
    },
  },
]

function twoScopes({ scopes }: Target) {
  const plain = scopes.filter((scope) => scope !== 'offline_access' && scope !== 'openid')
  const wider = plain.at(-1)
  const narrow = scopes.filter((scope) => scope !== wider)
  if (wider === undefined || narrow.length === 0) throw new NotOffered('there are not two scopes')
  return { narrow: narrow.join(' '), wider }
}

/** What an answer's tokens are good for: by the answer, or by the token itself. */
async function scopesOf(target: Target, answer: { json: Readonly<Record<string, unknown>>; status: number }) {
  const token = textOf(answer.json, 'access_token')
  if (answer.status !== 200 || token === undefined) return []
  const claims = (await target.claims(token)) ?? {}
  return `${textOf(answer.json, 'scope') ?? ''} ${textOf(claims, 'scope') ?? ''}`.split(' ')
}
