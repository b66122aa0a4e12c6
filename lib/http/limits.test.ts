import { describe, expect, it } from 'vitest'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { ADDRESS_HEADER } from './client-address'
import {
  CEILINGS,
  createLimits,
  limitAuthorization,
  limitFailure,
  limitRegistration,
  NETWORK_CEILINGS,
} from './limits'

/** A tenth of the real ceilings, or less, at a time that stands still. */
const SMALL = { burst: 3, perSecond: 1 }
const MANY = { burst: 8, perSecond: 1 }
const NETWORK = { own: SMALL, shared: { burst: 16, perSecond: 1 }, little: { burst: 1, perSecond: 1 } }
const newLimits = () =>
  createLimits({
    ceilings: { failuresOfClient: SMALL, failuresOfAddress: MANY, requestsOfSetupLink: SMALL },
    networks: { registrations: NETWORK, authorizations: NETWORK, signIns: NETWORK },
    now: () => 0,
  })

const by = (address: string) =>
  new Request('http://localhost/oauth/token', { headers: { [ADDRESS_HEADER]: address } })

/** How many of so many attempts pass. */
async function passing(count: number, attempt: (index: number) => void | Promise<void>): Promise<number> {
  let passed = 0
  for (let index = 0; index < count; index++) {
    try {
      await attempt(index)
      passed++
    } catch (error) {
      if (!(error instanceof OAuthError && error.status === 429)) throw error
    }
  }
  return passed
}

const [STRANGER, CLAUDE] = ['203.0.113.66', '160.79.104.10']

it('leaves room for others in every ceiling that addresses share', () => {
  const ceilings = [
    ...Object.values(NETWORK_CEILINGS),
    { own: CEILINGS.failuresOfClient, shared: CEILINGS.failuresOfAddress },
  ]
  for (const { own, shared } of ceilings) {
    expect(shared.burst).toBeGreaterThanOrEqual(10 * own.burst)
    expect(shared.perSecond).toBeGreaterThanOrEqual(20 * own.perSecond)
  }
})

it('answers 429 with the time to wait, in words on which clients keep their tokens', async () => {
  const limits = newLimits()
  await passing(3, () => limitRegistration(limits, 'server', by(STRANGER)))
  await expect(limitRegistration(limits, 'server', by(STRANGER))).rejects.toMatchObject({
    status: 429,
    code: 'temporarily_unavailable',
    retryAfter: 1,
  })
})

it('limits nothing where limits are switched off', async () => {
  const error = new OAuthError('invalid_client', 'wrong')
  const at = { serverId: 's', clientId: 'c', request: by(STRANGER) }
  expect(await passing(50, () => limitRegistration(undefined, 's', by(STRANGER)))).toBe(50)
  expect(await passing(50, () => limitAuthorization(undefined, 's', 'c', by(STRANGER)))).toBe(50)
  expect(limitFailure(undefined, error, at)).toBe(error)
})

describe('an attacker', () => {
  it('cannot use up the registrations of a server from one address', async () => {
    const limits = newLimits()
    expect(await passing(100, () => limitRegistration(limits, 'server', by(STRANGER)))).toBe(3)
    expect(await passing(3, () => limitRegistration(limits, 'server', by(CLAUDE)))).toBe(3)
  })

  it('cannot get around the limit within one IPv6 network', async () => {
    const limits = newLimits()
    const register = (index: number) => limitRegistration(limits, 'server', by(`2001:db8:1:2::${index}`))
    expect(await passing(100, register)).toBe(3)
    expect(await passing(1, () => limitRegistration(limits, 'server', by('2001:db8:1:3::1')))).toBe(1)
  })

  it('cannot use up the logins of a client that he pretends to be', async () => {
    const limits = newLimits()
    expect(await passing(100, () => limitAuthorization(limits, 'server', 'claude', by(STRANGER)))).toBe(3)
    expect(await passing(3, () => limitAuthorization(limits, 'server', 'claude', by(CLAUDE)))).toBe(3)
    expect(await passing(3, () => limitAuthorization(limits, 'other', 'claude', by(STRANGER)))).toBe(3)
  })

  const fail = (limits: ReturnType<typeof newLimits>, address: string, clientId: string, serverId = 's') => {
    const error = new OAuthError('invalid_client', 'wrong')
    const answer = limitFailure(limits, error, { serverId, clientId, request: by(address) })
    if (answer.status === 429) throw answer
    expect(answer).toBe(error)
  }

  it("cannot exhaust Claude's limit with wrong secrets", async () => {
    const limits = newLimits()
    expect(await passing(100, () => fail(limits, STRANGER, 'claude'))).toBe(3)
    expect(await passing(3, () => fail(limits, CLAUDE, 'claude'))).toBe(3)
    expect(await passing(3, () => fail(limits, CLAUDE, 'claude', 'other'))).toBe(3)
  })

  it('cannot go on for ever under made-up names', async () => {
    const limits = newLimits()
    expect(await passing(100, (index) => fail(limits, STRANGER, `made-up-${index}`))).toBe(8)
    expect(await passing(1, () => fail(limits, CLAUDE, 'claude'))).toBe(1)
  })

  it('cannot fill the memory with long names', async () => {
    const limits = newLimits()
    const name = 'x'.repeat(100)
    expect(await passing(100, (index) => fail(limits, STRANGER, name + index))).toBe(3)
  })
})

it('never stands in the way of what succeeds, nor changes other errors', () => {
  const limits = newLimits()
  const at = { serverId: 's', clientId: 'c', request: by(CLAUDE) }
  for (const code of ['invalid_grant', 'invalid_request', 'server_error', 'temporarily_unavailable'] as const)
    for (let i = 0; i < 50; i++) {
      const error = new OAuthError(code, 'no')
      expect(limitFailure(limits, error, at)).toBe(error)
    }
  const error = new OAuthError('invalid_client', 'wrong')
  expect(limitFailure(limits, error, at)).toBe(error)
})
