import { type Attack, each } from '../attack'
import { NotOffered } from '../errors'
import { gotTokens, type Login, type Target } from '../target'
import { isOptional } from './pkce'

const STOLEN = 'tokens for a code that was meant for another client'
/** RFC 6749 §4.1.2 recommends ten minutes at the most. */
const LONGEST_CODE = 600_000
const LEAST_CHARACTERS = 16

/** An honest redemption after the attack: what no one can use says nothing about the attack. */
async function refusedOrTokens(
  target: Target,
  login: Login,
  changes: Record<string, string>,
  as = login.client,
) {
  return gotTokens(await target.redeem(login, changes, as))
}

/** What has only clients of OAuth 2.1, which do not send a redirect URI here, need not read it either. */
async function goesByPkce(target: Target): Promise<boolean> {
  const without = await target.redeem(await target.logIn(), { redirect_uri: undefined })
  return gotTokens(without) && !(await isOptional(target))
}

export const codeAttacks: readonly Attack[] = [
  {
    id: 'code-replay',
    gets: 'tokens for a code that leaked after its use',
    reference: 'RFC 6749 §4.1.2, RFC 9700 §4.5',
    severity: 'high',
    decides: 'a code is redeemed twice, one after the other',
    run: async (target) => {
      const login = await target.logIn()
      await target.tokens(login)
      return gotTokens(await target.redeem(login)) ? 'tokens for a code that was used' : undefined
    },
  },
  {
    id: 'code-race',
    gets: 'tokens beside those of the client, by being as fast',
    reference: 'RFC 6749 §4.1.2',
    severity: 'medium',
    decides: 'of ten redemptions at once more than one gets tokens',
    run: async (target) => {
      const login = await target.logIn()
      const answers = await Promise.all(Array.from({ length: 10 }, () => target.redeem(login)))
      const good = answers.filter(gotTokens).length
      return good > 1 ? `${good} of 10 redemptions at once got tokens` : undefined
    },
  },
  {
    id: 'code-replay-revokes',
    gets: 'tokens that outlive the discovery of the theft',
    reference: 'RFC 6749 §4.1.2 (SHOULD)',
    severity: 'low',
    decides: 'the refresh token of a code is good after that code was presented again',
    run: async (target) => {
      const login = await target.logIn()
      const { refresh } = await target.refreshable(login)
      if (gotTokens(await target.redeem(login)))
        throw new NotOffered('a replay is not noticed: see code-replay')
      return gotTokens(await target.refresh(refresh)) ? 'the refresh token is still good' : undefined
    },
  },
  {
    id: 'code-other-client',
    gets: STOLEN,
    reference: 'RFC 6749 §4.1.3, OAuth 2.1 §4.1.3',
    severity: 'critical',
    decides: 'another client redeems the code, with the verifier or without',
    run: async (target) => {
      const other = await target.otherClient()
      const login = await target.logIn()
      return (await refusedOrTokens(target, login, {}, other))
        ? 'tokens for another client’s code'
        : undefined
    },
  },
  {
    id: 'code-other-redirect-uri',
    gets: 'tokens for a code that was injected into another redirect',
    reference: 'RFC 6749 §4.1.3, OAuth 2.1 §10.2',
    severity: 'low',
    decides:
      'a code is redeemed with another redirect URI than it was sent to, where one has to be given, or PKCE is optional',
    run: async (target) => {
      const login = await target.logIn()
      const redirect_uri = 'https://attacker.example/callback'
      if (!(await refusedOrTokens(target, login, { redirect_uri }))) return undefined
      if (await goesByPkce(target))
        throw new NotOffered(
          'the token endpoint reads no redirect URI, and PKCE is required (OAuth 2.1 §10.2)',
        )
      return `tokens with ${redirect_uri}`
    },
  },
  {
    id: 'code-expiry',
    gets: 'tokens for a code from an old log',
    reference: 'RFC 6749 §4.1.2',
    severity: 'medium',
    decides: 'a code is redeemed after ten minutes and a half',
    run: async (target) => {
      if (!target.settings.slow) throw new NotOffered('takes ten minutes: --slow')
      const login = await target.logIn()
      await target.settings.wait(LONGEST_CODE + 30_000)
      return gotTokens(await target.redeem(login)) ? 'tokens after ten minutes' : undefined
    },
  },
  {
    id: 'guessable-values',
    gets: 'codes or tokens of others, by counting',
    reference: 'RFC 6749 §10.10',
    severity: 'critical',
    decides:
      'codes or opaque refresh tokens have fewer than 16 characters that differ from those of the login before',
    run: async (target) => {
      const logins = [await target.logIn(), await target.logIn()]
      const codes = logins.map(({ code }) => code)
      const tokens = [await target.tokens(logins[0]), await target.tokens(logins[1])]
      const pairs = {
        codes,
        'access tokens': tokens.map(({ access }) => access),
        'refresh tokens': tokens.map(({ refresh }) => refresh ?? ''),
      }
      return each(Object.entries(pairs), async ([name, [first = '', second = '']]) => {
        if (first === '') return undefined
        const different = [...first].filter((character, at) => second[at] !== character).length
        return different < LEAST_CHARACTERS ? `${name} differ in ${different} characters` : undefined
      })
    },
  },
]
