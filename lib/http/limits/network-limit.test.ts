import { describe, expect, it } from 'vitest'
import { createLimits, NETWORK_CEILINGS } from '../limits'
import { networkLimit } from './network-limit'
import { rateLimiter } from './rate-limit'

const AT_CLAUDE = { own: 'server', shared: 'server claude' }

/** So many seconds of an attack on one client, and of visitors who each want to log in to it once. */
async function simulation({
  seconds,
  attack,
  visitors,
}: {
  readonly seconds: number
  /** The addresses that the attacker asks from in each second. */
  readonly attack: readonly string[]
  /** As many visitors each second. */
  readonly visitors: (index: number) => string
}) {
  let now = 0
  const limit = createLimits({ now: () => now }).authorizations
  let [passed, attacks] = [0, 0]
  const perSecond = 20
  for (let second = 0; second < seconds; second++) {
    for (let visit = 0; visit < perSecond; visit++) {
      // The attacker is always first to take what comes back.
      now += 1000 / perSecond
      for (const [index, address] of attack.entries())
        if (index % perSecond === visit && (await limit.take(address, AT_CLAUDE)) === 0) attacks++
      const visitor = visitors(second * perSecond + visit)
      if ((await limit.take(visitor, AT_CLAUDE)) === 0) passed++
    }
  }
  return { passed, of: seconds * perSecond, attacks }
}

const hex = (value: number) => value.toString(16)
/** So many /64s of one network, each asking so often. */
const subnets = (count: number, prefix: (index: number) => string, each = 1) =>
  Array.from({ length: count * each }, (_, index) => `${prefix(index % count)}::1`)

const anywhere = (index: number) => `2001:db8:${hex(index)}:1::1`
const overIpv4 = (index: number) => `198.${index >> 8}.${index & 255}.7`

describe('an attack on one client from', () => {
  const a56 = subnets(256, (index) => `2a00:1:2:3${hex(index).padStart(2, '0')}`, 4)

  it('one /56 locks no visitor out', async () => {
    const { passed, of } = await simulation({ seconds: 30, attack: a56, visitors: anywhere })
    expect([passed, of]).toEqual([600, 600])
  })

  it('one /56 takes no more than a household may: twice what one address has', async () => {
    const { attacks } = await simulation({ seconds: 10, attack: a56, visitors: overIpv4 })
    expect(attacks).toBeLessThanOrEqual(2 * (300 + 10 * 10))
  })

  it('one /56 leaves its neighbours in the /48 their logins', async () => {
    const neighbour = (index: number) => `2a00:1:2:${hex(0x4000 + (index << 4))}::1`
    const { passed, of } = await simulation({ seconds: 20, attack: a56, visitors: neighbour })
    expect(passed).toBe(of)
  })

  it('one /48 locks no visitor out', async () => {
    const attack = subnets(1_000, (index) => `2a00:1:2:${hex(index * 16)}`)
    const { passed, of, attacks } = await simulation({ seconds: 20, attack, visitors: overIpv4 })
    expect(passed).toBe(of)
    expect(attacks, 'four times what one address has').toBeLessThanOrEqual(4 * (300 + 20 * 10))
  })

  it('forty /48s at once locks no visitor out: there is a reserve for networks that ask for little', async () => {
    const attack = subnets(40 * 16, (index) => `2a00:1:${hex(index % 40)}:${hex(index * 16)}`, 2)
    const { passed, of, attacks } = await simulation({ seconds: 20, attack, visitors: anywhere })
    expect(attacks, 'what all share is used up').toBeGreaterThan(4_500 + 20 * 100)
    expect(passed).toBe(of)
  })

  it('one IPv4 network locks no visitor out', async () => {
    const attack = Array.from({ length: 1_500 }, (_, index) => `203.0.113.${index & 255}`)
    const { passed, of } = await simulation({ seconds: 20, attack, visitors: overIpv4 })
    expect(passed).toBe(of)
  })
})

it('takes nothing from wider networks, nor from what is shared, for what it refuses', async () => {
  const limit = networkLimit(
    {
      own: { burst: 2, perSecond: 1 },
      shared: { burst: 8, perSecond: 1 },
      little: { burst: 1, perSecond: 1 },
    },
    (_, ceiling) => rateLimiter(ceiling, () => 0),
  )
  const from = (address: string) => limit.take(address, { own: '', shared: '' })
  for (let i = 0; i < 50; i++) await from('2001:db8::1')
  expect([await from('2001:db8:0:1::1'), await from('2001:db8:0:1::1')]).toEqual([0, 0])
  expect(await from('2001:db8:0:2::1'), 'the /56 has had four').toBe(1)
  expect(await from('198.51.100.1')).toBe(0)
})

it('counts only what is shared where the address of a client is not known', async () => {
  const limit = createLimits({ now: () => 0 }).authorizations
  let passed = 0
  for (let i = 0; i < 10_000; i++) if ((await limit.take('', AT_CLAUDE)) === 0) passed++
  expect(passed).toBe(NETWORK_CEILINGS.authorizations.shared.burst * 0.75)
  expect(await limit.take('198.51.100.1', AT_CLAUDE), 'and those who are known have the reserve').toBe(0)
})
