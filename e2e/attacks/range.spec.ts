import { browserLogin } from '@/packages/range/src/login/browser'
import { runRange } from '@/packages/range/src/range'
import { freePort } from '@/test/free-port'
import { expect, test } from '../support/test'
import { RESOURCE_SECRET } from '../support/world'

test('the attack range finds nothing', async ({ world }) => {
  const person = { username: 'alice', password: 'sandbox' }
  const port = await freePort()
  const { results } = await runRange({
    issuer: world.issuers.root,
    resource: world.resources.root,
    credentials: { secret: RESOURCE_SECRET },
    documents: { base: `http://localhost:${port}`, port },
    ...person,
    login: (http) => browserLogin(http, person),
  })
  const told = (wanted: string) =>
    results.flatMap(({ id, outcome, detail }) => (outcome === wanted ? [`${id}: ${detail}`] : []))
  expect([...told('finding'), ...told('undecided')]).toEqual([])
  // What is not offered, or takes minutes; an internal address is not on every machine.
  expect(told('skipped').filter((one) => !one.includes('calls are not seen'))).toEqual([
    'resource-metadata: the resource serves no metadata',
    'code-expiry: takes ten minutes: --slow',
    'refresh-reuse: a repetition is answered for a while: --slow waits',
    'token-in-query: there is no userinfo endpoint',
    'device-unapproved: there is no device_authorization endpoint',
    'device-user-code: there is no device_authorization endpoint',
  ])
})
