import { decodeJwt } from 'jose'
import { locationOf, logInUpstream, obtainCode } from './attack-login'
import { obtainTokens, type Tokens } from './attack-tokens'
import { newVisitor, type Visitor } from './attack-visitor'
import type { Enterprise } from './enterprise'
import type { World } from './world'

export const subjectOf = ({ access_token }: Tokens) => decodeJwt(access_token).sub

/** What a user does to link another login, at a company whose server's users log in elsewhere. */
export function linking(world: World, acme: Enterprise) {
  const account = async (visitor: Visitor, query = ''): Promise<string> => {
    await visitor.go(`${world.app.url}/account/open`)
    return (await visitor.go(`${world.app.url}/account${query}`)).text()
  }

  /** The form token of the page. */
  const formToken = async (visitor: Visitor) =>
    /name="token" value="([^"]+)"/.exec(await account(visitor))?.[1] ?? ''

  /** Posts a form of the page, as the page would. */
  const post = async (visitor: Visitor, fields: Record<string, string>, origin = world.app.url) => {
    const token = await formToken(visitor)
    return visitor.submit(`${world.app.url}/account/link`, { request: 'account', token, ...fields }, origin)
  }

  const begin = (visitor: Visitor, from = acme.connections.login) =>
    post(visitor, { from, other: acme.connections.vouching })

  /** Signs in anew where the browser is signed in; where the ceremony leads then. */
  const proveFirst = async (visitor: Visitor, username = 'alice'): Promise<string> => {
    const begun = await begin(visitor)
    return locationOf(await visitor.go(await logInUpstream(world, visitor, locationOf(begun), username)))
  }

  /** Both logins, up to the question; what the yes has to bring along. */
  const prove = async (visitor: Visitor, other = 'bob', own = 'alice'): Promise<string> => {
    const second = await logInUpstream(world, visitor, await proveFirst(visitor, own), other)
    return new URL(locationOf(await visitor.go(second))).searchParams.get('link') ?? ''
  }

  return {
    account,
    formToken,
    post,
    begin,
    proveFirst,
    prove,
    /** A whole login, in a browser that remembers it. */
    logIn: async (visitor: Visitor, username = 'alice', issuer = acme.issuer) =>
      obtainTokens(issuer, await obtainCode(world, { issuer, visitor, username })),
    /** What the provider says of one of its users. */
    async vouched(sub: string): Promise<Tokens> {
      const assertion = await acme.assertion({ claims: { sub, email: `${sub}@example.com` } })
      return (await acme.present(assertion)).json()
    },
    /** What comes of a yes. */
    answered: async (visitor: Visitor, confirm: string) =>
      new URL(locationOf(await post(visitor, { confirm }))).searchParams.get('done'),
    /** The same browser, whose sessions at the providers are over. */
    elsewhereUnknown(visitor: Visitor): Visitor {
      const same = newVisitor()
      same.steal(visitor, 'vst_', new URL(world.app.url).hostname)
      return same
    },
  }
}
