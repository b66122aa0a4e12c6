import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { graphOf } from './pointed-groups'
import { attempt, logIn, oidcConnection, upstreamWith } from './test-support/log-in'
import {
  type MisbehavingProvider,
  type Misbehaviour,
  startMisbehavingProvider,
} from './test-support/misbehaving-provider'

let provider: MisbehavingProvider
beforeAll(async () => {
  provider = await startMisbehavingProvider()
})
afterAll(() => provider?.stop())
beforeEach(() => {
  provider.requests.length = 0
})

const group = (id: string) => ({ '@odata.type': '#microsoft.graph.group', id })
const POINTED = {
  _claim_names: { groups: 'src1' },
  _claim_sources: { src1: { endpoint: 'http://127.0.0.1:9/getMemberObjects' } },
}

const port = (graph: string | null = provider.origin) =>
  upstreamWith(oidcConnection(provider), { graphOf: () => graph ?? undefined })

/** A login whose ID token only points at the groups. */
function comeBack(how: Misbehaviour = {}, claims: readonly string[] = ['groups'], at = port()) {
  provider.misbehave({ idTokenClaims: POINTED, tokenAnswer: { scope: 'openid User.Read' }, ...how })
  return logIn(at, { ...attempt(), claims })
}

const asked = () => provider.requests.filter(({ path }) => path.startsWith('/v1.0'))

describe('groups that an ID token only points at', () => {
  it('are those that Graph names, on all pages, without roles and what else is there', async () => {
    const role = { '@odata.type': '#microsoft.graph.directoryRole', id: 'r' }
    const { identity, remark } = await comeBack({
      memberships: [[group('a'), role], [group('b')], [{ id: 7 }, group('c')]],
    })
    expect(identity.claims.groups).toEqual(['a', 'b', 'c'])
    expect([asked().length, remark]).toEqual([3, undefined])
  })

  it('are asked for where the token says hasgroups as well', async () => {
    const { identity } = await comeBack({ idTokenClaims: { hasgroups: true }, memberships: [[group('a')]] })
    expect(identity.claims.groups).toEqual(['a'])
  })

  it.each<[string, Misbehaviour, readonly string[]]>([
    ['no rule needs them', {}, ['team']],
    ['the token has them', { idTokenClaims: { ...POINTED, groups: ['own'] } }, ['groups']],
    ['the token says nothing of them', { idTokenClaims: {} }, ['groups']],
    [
      'the access token is for another API',
      { tokenAnswer: { scope: 'openid api://files/read' } },
      ['groups'],
    ],
  ])('are not asked for where %s', async (_name, how, claims) => {
    await comeBack(how, claims)
    expect(asked()).toEqual([])
  })

  it('are not asked for at an issuer that has no Graph, nor at the address that the token names', async () => {
    const { identity } = await comeBack({}, ['groups'], port(null))
    expect(identity.claims).not.toHaveProperty('groups')
    expect(asked()).toEqual([])
  })

  it.each([401, 403])('stay pointed at where Graph answers %i', async (status) => {
    const { identity, remark } = await comeBack({ answers: { graph: { status, body: { error: {} } } } })
    expect(identity.claims).toMatchObject({ _claim_names: { groups: 'src1' } })
    expect(identity.claims).not.toHaveProperty('groups')
    expect(remark).toBeUndefined()
  })

  it.each<[string, Misbehaviour, string]>([
    ['does not answer well', { answers: { graph: { status: 503 } } }, 'upstream_unreachable'],
    ['answers no list', { answers: { graph: { body: { value: 'all' } } } }, 'upstream_response_invalid'],
    ['answers a page', { answers: { graph: { body: '<html>' } } }, 'upstream_response_invalid'],
    [
      'leads elsewhere',
      { answers: { graph: { body: { value: [], '@odata.nextLink': 'http://127.0.0.1:9/steal' } } } },
      'upstream_response_invalid',
    ],
    ['never ends', { memberships: Array.from({ length: 20 }, () => []) }, 'upstream_response_invalid'],
  ])('are not known, and no login fails with it, where Graph %s', async (_, how, reason) => {
    const { identity, remark } = await comeBack(how)
    expect(identity.claims).not.toHaveProperty('groups')
    expect(remark).toMatchObject({ reason, detail: expect.stringContaining('missing: groups') })
    expect(asked().length).toBeLessThan(13)
  })
})

describe('at a refresh', () => {
  async function refreshed(how: Misbehaviour) {
    const { tokens, identity } = await comeBack({ memberships: [[group('a')]] })
    provider.misbehave({ tokenAnswer: { scope: 'openid User.Read' }, ...how })
    const { refreshToken = '', idToken = '' } = tokens
    const answer = await port().refresh('conn-1', {
      refreshToken,
      subject: identity.subject,
      identitySource: identity.identitySource,
      claims: ['groups'],
      idToken,
    })
    if (answer.outcome !== 'refreshed') throw new Error(answer.outcome)
    return answer.claims
  }

  it('they are asked for again, also where no new ID token came', async () => {
    const memberships = [[group('b')]]
    expect((await refreshed({ memberships }))?.known.groups).toEqual(['b'])
    const refreshing = { idTokenClaims: POINTED }
    expect((await refreshed({ memberships, refreshing }))?.known.groups).toEqual(['b'])
  })

  it('they stay as they were while Graph does not answer, and are pointed at where it refuses', async () => {
    const down = await refreshed({ answers: { graph: { status: 503 } } })
    expect([down?.known.groups, down?.stale]).toEqual([undefined, ['groups']])
    const refused = await refreshed({ answers: { graph: { status: 403, body: {} } } })
    expect(refused).toEqual({
      known: expect.objectContaining({ _claim_names: { groups: 'src1' } }),
      stale: [],
    })
  })
})

it('Graph is that of the cloud which the issuer is in', () => {
  expect([
    graphOf('https://login.microsoftonline.com/t/v2.0'),
    graphOf('https://login.microsoftonline.us/t/v2.0'),
    graphOf('https://login.microsoftonline.com.evil.example/t/v2.0'),
    graphOf('https://acme.okta.com'),
  ]).toEqual(['https://graph.microsoft.com', 'https://graph.microsoft.us', undefined, undefined])
})
