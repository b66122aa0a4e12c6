import { describe, expect, it } from 'vitest'
import { freePort } from '@/test/free-port'
import { ATTACKS } from '../src/catalogue'
import { browserLogin } from '../src/login/browser'
import { type RangeOptions, type Report, runRange } from '../src/range'
import { FAULTS, type Fault, type Trait, VARIANTS } from './toy/faults'
import { toyServer } from './toy/server'
import { RESOURCE, RESOURCE_CREDENTIAL, USER } from './toy/state'

async function attacked(traits: readonly Trait[], changes: Partial<RangeOptions> = {}): Promise<Report> {
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const { issuer, sendRequest, wait } = toyServer(traits, base)
  return runRange({
    issuer,
    sendRequest,
    wait,
    slow: true,
    resource: RESOURCE,
    credentials: { secret: RESOURCE_CREDENTIAL },
    documents: { base, port },
    internalAddress: '127.0.0.1',
    ...USER,
    login: (http) => browserLogin(http, USER),
    ...changes,
  })
}

const found = ({ results }: Report) => results.filter(({ outcome }) => outcome === 'finding')
const idsOf = (results: Report['results']) => results.map(({ id }) => id)

describe('the range', () => {
  it('tries everything on a correct server, and finds nothing', async () => {
    const { results } = await attacked([])
    const others = results.filter(({ outcome }) => outcome !== 'passed')
    // Its resource is at a name that no one may own.
    expect(others.map(({ id, outcome, detail }) => ({ id, outcome, detail }))).toEqual([
      { id: 'resource-metadata', outcome: 'skipped', detail: 'the resource is not served' },
    ])
    expect(results).toHaveLength(ATTACKS.length)
  })

  it.each(VARIANTS)('finds nothing on a server that is correct in another way: %s', async (variant) => {
    expect(found(await attacked([variant]))).toEqual([])
  })

  it.each(Object.entries(FAULTS))('finds %s', async (fault, expected) => {
    const report = await attacked([fault as Fault])
    expect(idsOf(found(report)), JSON.stringify(found(report))).toEqual(expected)
  })

  it('has a fault for every attack that this server can be tried with', () => {
    const seen = new Set<string>(Object.values(FAULTS).flat())
    expect(ATTACKS.map(({ id }) => id).filter((id) => !seen.has(id))).toEqual(['resource-metadata'])
  })
})
