import { expect, it } from 'vitest'
import { GROUPS } from '@/lib/diagnostics/finding'
import { testApi } from './test-support/api'

const { apply, call, newKey } = testApi()

const ADDRESS = '/organizations/acme/servers/nowhere/examination'

/** A server none of whose hosts exist (RFC 6761 §6.4), and a key that may examine it. */
async function nowhere() {
  await apply()
  const key = await newKey('acme', 'admin')
  const connection = {
    type: 'oidc',
    issuer: 'https://login.invalid',
    client_id: 'v',
    client_secret: 'S3CR3T',
  }
  await call('PUT', '/organizations/acme/connections/nowhere', { key, body: connection })
  const body = { name: 'Nowhere', resource: 'https://mcp.invalid/mcp', connection: 'nowhere' }
  expect((await call('PUT', '/organizations/acme/servers/nowhere', { key, body })).status).toBeLessThan(300)
  return key
}

it('an examination answers what is wrong, where, and how to mend it', async () => {
  const { status, body } = await call('POST', ADDRESS, { key: await nowhere() })
  expect(status).toBe(200)
  expect(body).toMatchObject({
    server: 'nowhere',
    issuer: 'https://auth.example.com/s/nowhere',
    resource: 'https://mcp.invalid/mcp',
    verdict: 'problem',
  })
  const problems = body.findings.filter(({ verdict }: { verdict: string }) => verdict === 'problem')
  const groups = problems.map(({ group }: { group: string }) => group)
  expect(GROUPS).toEqual(expect.arrayContaining(groups))
  expect(groups).toEqual(expect.arrayContaining(['mcp_server', 'connection']))
  for (const { what, remedy } of problems) {
    expect(what).not.toBe('')
    expect(remedy).toMatch(/\w/)
  }
  expect(JSON.stringify(body)).not.toContain('S3CR3T')
})

it('an examination that is asked for again under its idempotency key is not made again', async () => {
  const key = await nowhere()
  const ask = () => call('POST', ADDRESS, { key, headers: { 'idempotency-key': 'examined' } })
  const [first, second] = [await ask(), await ask()]
  expect([second.status, second.body]).toEqual([200, first.body])
  expect(second.headers.get('idempotency-replayed')).toBe('true')
})

it("another organization's server cannot be examined, and looks like one that does not exist", async () => {
  await nowhere()
  const key = await newKey('globex')
  const [theirs, nobodys] = [
    await call('POST', ADDRESS.replace('/acme/', '/globex/'), { key }),
    await call('POST', '/organizations/globex/servers/nothing/examination', { key }),
  ]
  expect([theirs.status, theirs.body]).toEqual([404, nobodys.body])
})
