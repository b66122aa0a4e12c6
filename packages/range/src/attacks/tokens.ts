import { createHmac, createPublicKey, type JsonWebKey as NodeJsonWebKey } from 'node:crypto'
import { type Attack, each } from '../attack'
import { NotOffered } from '../errors'
import { isJson, type Json, textOf } from '../json'
import { claimsOf, gotTokens, type Target } from '../target'
import { asksUser } from './token-endpoint'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** How the server itself is asked whether a token is good; NotOffered where it does not tell. */
async function judge({ settings, metadata, introspect, http, endpoint }: Target, good: string) {
  const ways: ((token: string) => Promise<boolean>)[] = []
  if (settings.credentials && metadata.introspection_endpoint !== undefined)
    ways.push(async (token) => (await introspect(token)).active === true)
  if (metadata.userinfo_endpoint !== undefined) ways.push((token) => asksUser({ http, endpoint }, token))
  for (const isGood of ways) if (await isGood(good)) return isGood
  throw new NotOffered('neither introspection nor userinfo tells whether such a token is good')
}

/** An access token that is a JWT, and how to ask about others; the good one is seen to be good. */
async function signedToken(target: Target) {
  const { access } = await target.tokens()
  const claims = claimsOf(access)
  if (!claims) throw new NotOffered('access tokens are opaque')
  const isGood = await judge(target, access)
  const header: Json = JSON.parse(Buffer.from(access.split('.')[0] ?? '', 'base64url').toString())
  return { access, claims, header, isGood }
}

async function publicKeys({ http, metadata }: Target): Promise<readonly Json[]> {
  const url = textOf(metadata, 'jwks_uri')
  if (url === undefined) throw new NotOffered('no keys are published')
  const { keys } = (await http.send(url)).json
  return Array.isArray(keys) ? keys.filter(isJson) : []
}

/** What an attacker may take for the secret of HS256: the public key, in the ways in which servers keep it. */
function secretsOf(key: Json): readonly (string | Buffer)[] {
  const jwk: NodeJsonWebKey = { ...key }
  const made = createPublicKey({ key: jwk, format: 'jwk' })
  return [
    made.export({ type: 'spki', format: 'pem' }),
    made.export({ type: 'spki', format: 'der' }),
    JSON.stringify(key),
  ]
}

export const tokenAttacks: readonly Attack[] = [
  {
    id: 'jwt-none',
    gets: 'any user’s access, with a token that he wrote himself',
    reference: 'RFC 8725 §2.1, §3.1',
    severity: 'critical',
    decides: 'a token without a signature is taken',
    run: async (target) => {
      const { access, claims, header, isGood } = await signedToken(target)
      const body = encode({ ...claims, sub: 'somebody-else' })
      const forged = ['none', 'None', 'NONE'].map((alg) => `${encode({ ...header, alg })}.${body}.`)
      const stripped = `${access.split('.')[0]}.${body}.`
      return each([...forged, stripped], async (token) =>
        (await isGood(token)) ? 'an unsigned token is good' : undefined,
      )
    },
  },
  {
    id: 'jwt-key-confusion',
    gets: 'any user’s access, with a token that he signed with the public key',
    reference: 'RFC 8725 §2.1, §3.1',
    severity: 'critical',
    decides: 'a token with HS256 is taken whose secret is the public key',
    run: async (target) => {
      const { claims, header, isGood } = await signedToken(target)
      const secrets = (await publicKeys(target)).flatMap(secretsOf)
      const input = `${encode({ ...header, alg: 'HS256' })}.${encode({ ...claims, sub: 'somebody-else' })}`
      return each(secrets, async (secret) => {
        const signature = createHmac('sha256', secret).update(input).digest('base64url')
        return (await isGood(`${input}.${signature}`)) ? 'the public key signs tokens' : undefined
      })
    },
  },
  {
    id: 'jwt-tampered',
    gets: 'any user’s access, by changing a token of his own',
    reference: 'RFC 7515 §5.2',
    severity: 'critical',
    decides: 'a token is taken whose claims were changed under its signature',
    run: async (target) => {
      const { access, claims, isGood } = await signedToken(target)
      const [head, , signature] = access.split('.')
      const changed = `${head}.${encode({ ...claims, sub: 'somebody-else' })}.${signature}`
      return (await isGood(changed)) ? 'changed claims are good' : undefined
    },
  },
  {
    id: 'id-token-as-access-token',
    gets: 'access with what was meant to tell who the user is',
    reference: 'RFC 9068 §5, OpenID Connect Core §16.3',
    severity: 'medium',
    decides: 'an ID token is taken for an access token',
    run: async (target) => {
      const { answer, access } = await target.tokens()
      const idToken = textOf(answer.json, 'id_token')
      if (idToken === undefined) throw new NotOffered('there are no ID tokens')
      const isGood = await judge(target, access)
      return (await isGood(idToken)) ? 'the ID token is good' : undefined
    },
  },
  {
    id: 'introspection-anonymous',
    gets: 'what a token that he found is worth, and whose it is',
    reference: 'RFC 7662 §2.1',
    severity: 'medium',
    decides: 'introspection tells about a token without authentication, or with a wrong one',
    run: async (target) => {
      const url = target.endpoint('introspection')
      const { access } = await target.tokens()
      const wrong = [{}, { authorization: 'Bearer wrong' }, { authorization: `Basic ${btoa('wrong:wrong')}` }]
      return each(wrong, async (headers) => {
        const answer = await target.http.form(url, { token: access }, headers)
        return answer.json.active === true
          ? `it tells with ${Object.values(headers)[0] ?? 'no credential'}`
          : undefined
      })
    },
  },
  {
    id: 'revocation-other-client',
    gets: 'the end of other clients’ sessions',
    reference: 'RFC 7009 §2.1',
    severity: 'medium',
    decides: 'a client revokes the refresh token of another',
    run: async (target) => {
      const url = target.endpoint('revocation')
      const other = await target.otherClient()
      const { refresh: token } = await target.refreshable()
      await target.http.form(url, { token, token_type_hint: 'refresh_token', client_id: other.id })
      return gotTokens(await target.refresh(token)) ? undefined : 'the token was revoked by another client'
    },
  },
  {
    id: 'revocation-ineffective',
    gets: 'access with a stolen token, after the user ended it',
    reference: 'RFC 7009 §2.1',
    severity: 'high',
    decides: 'a refresh token is good after its client revoked it',
    run: async (target) => {
      const url = target.endpoint('revocation')
      const { id } = await target.client()
      const { refresh: token } = await target.refreshable()
      await target.http.form(url, { token, token_type_hint: 'refresh_token', client_id: id })
      return gotTokens(await target.refresh(token)) ? 'a revoked token is good' : undefined
    },
  },
]
