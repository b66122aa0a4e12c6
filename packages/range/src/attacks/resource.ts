import type { Attack } from '../attack'
import { NotOffered } from '../errors'
import { listOf, textOf } from '../json'
import { gotTokens, type Target } from '../target'

const FOREIGN = 'https://attacker.example/mcp'
const REFERENCE = 'RFC 8707 §2, MCP Authorization'

/** Whom a token is for; NotOffered where that cannot be seen. */
async function audienceOf(target: Target, token: string): Promise<readonly string[]> {
  const claims = await target.claims(token)
  if (!claims) throw new NotOffered('tokens are opaque, and no credential for introspection was given')
  return listOf(claims, 'aud')
}

const foreign = (audience: readonly string[]) =>
  audience.includes(FOREIGN) ? `a token for ${FOREIGN}` : undefined

export const resourceAttacks: readonly Attack[] = [
  {
    id: 'audience-missing',
    gets: 'access to every MCP server that trusts this issuer, with a token for one',
    reference: `${REFERENCE}, RFC 9068 §3`,
    severity: 'high',
    decides: 'a token that was asked for with a resource does not name it as its audience',
    run: async (target) => {
      const { resource } = target.settings
      if (resource === undefined) throw new NotOffered('no resource was given')
      const audience = await audienceOf(target, (await target.tokens()).access)
      return audience.includes(resource) ? undefined : `the audience is ${audience.join(', ') || 'missing'}`
    },
  },
  {
    id: 'resource-foreign',
    gets: 'a token for a resource that the server does not protect',
    reference: REFERENCE,
    severity: 'medium',
    decides: 'a resource that no one configured becomes the audience of a token',
    run: async (target) => {
      const client = await target.client()
      const { arrival } = await target.visit(client, { resource: FOREIGN })
      if (!arrival?.searchParams.has('code')) return undefined
      const login = await target.logIn(client, { resource: FOREIGN })
      const answer = await target.redeem(login, { resource: FOREIGN })
      return gotTokens(answer)
        ? foreign(await audienceOf(target, textOf(answer.json, 'access_token') ?? ''))
        : undefined
    },
  },
  {
    id: 'resource-at-token',
    gets: 'a token for another resource than the user agreed to',
    reference: 'RFC 8707 §2.2',
    severity: 'high',
    decides: 'a code for one resource is redeemed for another',
    run: async (target) => {
      const answer = await target.redeem(await target.logIn(), { resource: FOREIGN })
      return gotTokens(answer)
        ? foreign(await audienceOf(target, textOf(answer.json, 'access_token') ?? ''))
        : undefined
    },
  },
  {
    id: 'resource-at-refresh',
    gets: 'a token for another resource than the user agreed to',
    reference: 'RFC 8707 §2.2',
    severity: 'high',
    decides: 'a refresh token for one resource gives a token for another',
    run: async (target) => {
      const { refresh } = await target.refreshable()
      const answer = await target.refresh(refresh, { resource: FOREIGN })
      return gotTokens(answer)
        ? foreign(await audienceOf(target, textOf(answer.json, 'access_token') ?? ''))
        : undefined
    },
  },
]
