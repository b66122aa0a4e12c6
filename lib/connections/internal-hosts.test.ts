import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import type { Config } from '@/lib/config'
import { isSpecialUse } from '@/lib/http/fetch/safe-fetch-addresses'
import { connectionConfigs } from '@/lib/store/oauth/connections'
import { upstream } from '@/lib/upstream/upstream'
import type { OrganizationScope } from '../access'
import { exportConfiguration } from '../configuration/export'
import { InvalidInput } from '../configuration/mistakes'
import type { ConnectionInput } from '../configuration/schema/settings'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { createServices } from '../test-support/management'
import { createConnection, findConnection, updateConnection } from './connections'
import { fetchFor } from './internal-hosts'

const { apply, rows, store } = testInstallation()
const { management, scope } = createServices(store)

const INTERNAL: ConnectionInput = {
  name: 'Inside',
  slug: 'inside',
  type: 'oidc',
  issuer: 'https://10.1.2.3',
  clientId: 'v',
  tokenEndpointAuthMethod: 'none',
}

const FILE = `
organizations:
  - slug: acme
    name: Acme Inc
    connections:
      - slug: inside
        name: Inside
        type: oidc
        issuer: ${INTERNAL.issuer}
        client_id: v
        token_endpoint_auth_method: none`

/** As an administrator of the organization has it, who is no installation operator. */
const asAdmin = async (): Promise<OrganizationScope> => ({
  ...(await scope('acme')),
  isInstallationOperator: false,
})

async function config(slug = 'inside') {
  const { db, sealer } = store()
  const { id } = await findConnection(await scope('acme'), slug, management())
  const found = await connectionConfigs(db, sealer).find(id)
  if (!found) throw new Error(`there is no connection ${slug}`)
  return found
}
const mayBeInternal = async (slug?: string) => (await config(slug)).mayBeInternal

describe('whose connections may lead inside', () => {
  it('those of a configuration file and of who runs the installation, not those of an administrator', async () => {
    await apply(EXAMPLE)
    expect(await mayBeInternal('okta')).toBe(true)
    await createConnection(await scope('acme'), INTERNAL, management())
    expect(await mayBeInternal()).toBe(true)
    await createConnection(await asAdmin(), { ...INTERNAL, slug: 'other' }, management())
    expect(await mayBeInternal('other')).toBe(false)
  })

  it('an administrator who moves a connection takes nothing along, and one who renames it breaks nothing', async () => {
    await apply(EXAMPLE)
    await createConnection(await scope('acme'), INTERNAL, management())
    await updateConnection(await asAdmin(), 'inside', { name: 'Renamed' }, management())
    expect(await mayBeInternal()).toBe(true)
    const signals = { issuer: 'https://10.1.2.3', audience: 'v' }
    for (const moved of [
      { issuer: 'https://10.1.2.4' },
      { revocationEndpoint: 'https://10.1.2.3/admin' },
      { signals },
      { signals: { ...signals, jwksUri: 'https://10.1.2.3/admin' } },
    ]) {
      await updateConnection(await asAdmin(), 'inside', moved, management())
      expect(await mayBeInternal()).toBe(false)
      await apply(FILE)
      expect(await mayBeInternal()).toBe(true)
    }
  })

  it('an operator of the installation who corrects a name does not vouch for an address', async () => {
    await apply(EXAMPLE)
    await createConnection(await asAdmin(), INTERNAL, management())
    await updateConnection(await scope('acme'), 'inside', { name: 'Corrected' }, management())
    expect(await mayBeInternal()).toBe(false)
  })

  it('an export that is applied again does not vouch for what an administrator entered', async () => {
    await apply(EXAMPLE)
    await createConnection(await asAdmin(), INTERNAL, management())
    const exported = exportConfiguration(await rows())
    expect(exported.match(/may_be_internal: false/g)).toHaveLength(1)
    const env = Object.fromEntries(
      [...exported.matchAll(/env:(\w+)/g)].map(([, name = '']) => [
        name,
        `${name}-of-enough-characters-0123456789`,
      ]),
    )
    await apply(exported, { env })
    expect(await mayBeInternal()).toBe(false)
    expect(await mayBeInternal('okta')).toBe(true)
  })

  it('nor does a file that names the connection, while its addresses stay; a field says otherwise, and is told', async () => {
    await apply(EXAMPLE)
    await createConnection(await asAdmin(), INTERNAL, management())
    expect((await apply(FILE)).changes).toEqual([])
    expect(await mayBeInternal()).toBe(false)
    const { changes } = await apply(`${FILE}\n        may_be_internal: true`)
    expect(changes).toMatchObject([
      { name: 'acme/inside', fields: [{ field: 'may_be_internal', before: false, after: true }] },
    ])
    expect(await mayBeInternal()).toBe(true)
    await apply(FILE)
    expect(await mayBeInternal()).toBe(true)
    await apply(`${FILE}\n        may_be_internal: false`)
    expect(await mayBeInternal()).toBe(false)
  })

  it('an administrator does not lift the guard with the field, and may lower it', async () => {
    await apply(EXAMPLE)
    const lifted = { ...INTERNAL, mayBeInternal: true }
    await expect(createConnection(await asAdmin(), lifted, management())).rejects.toThrow(InvalidInput)
    await createConnection(await asAdmin(), INTERNAL, management())
    await expect(updateConnection(await asAdmin(), 'inside', lifted, management())).rejects.toThrow(
      InvalidInput,
    )
    await apply(`${FILE}\n        may_be_internal: true`)
    await updateConnection(await asAdmin(), 'inside', { mayBeInternal: false }, management())
    expect(await mayBeInternal()).toBe(false)
  })

  it('an exported guard holds in another installation, where nothing is stored', async () => {
    await apply(EXAMPLE)
    await apply(`${FILE}\n        may_be_internal: false`)
    expect(await mayBeInternal()).toBe(false)
  })
})

describe('an administrator who points a connection at a host inside', () => {
  let close = () => {}
  afterEach(() => close())

  const inside = Object.values(networkInterfaces())
    .flat()
    .find(
      (address) => address?.family === 'IPv4' && !address.internal && isSpecialUse(address.address),
    )?.address

  /** A host inside that counts who knocks. */
  async function host() {
    let knocks = 0
    const server = createServer((socket) => {
      knocks += 1
      socket.destroy()
    })
    const port = await new Promise<number>((resolve) =>
      server.listen(0, inside, () => resolve((server.address() as { port: number }).port)),
    )
    close = () => void server.close()
    return { issuer: `https://${inside}:${port}`, knocks: () => knocks }
  }

  const begin = async (internalHosts: Config['internalHosts']) => {
    const { db, sealer } = store()
    const port = upstream({
      connections: connectionConfigs(db, sealer),
      callbackUrl: (id) => `https://auth.example.com/oauth/callback/${id}`,
      allowLoopback: false,
      fetchFor: fetchFor({ loopback: false, internalHosts }),
      clock: () => new Date(),
      requestTimeout: 2_000,
    })
    const login = { state: 's', nonce: 'n', codeVerifier: 'v'.repeat(43), scopes: [], resource: 'https://r' }
    return port.begin((await config()).id, login).catch((error: { detail?: string }) => error.detail)
  }

  it.skipIf(!inside)('does not reach it, unless the installation says so', async () => {
    const { issuer, knocks } = await host()
    await apply(EXAMPLE)
    await createConnection(await asAdmin(), { ...INTERNAL, issuer }, management())
    expect(await begin({ rule: 'operator', listed: [] })).toContain('inside the network')
    expect(await begin({ rule: 'deny', listed: [] })).toContain('inside the network')
    expect(await begin({ rule: 'operator', listed: ['10.255.255.255'] })).toContain('inside the network')
    expect(knocks()).toBe(0)
    for (const [index, allowed] of [
      { rule: 'operator', listed: [inside ?? ''] } as const,
      { rule: 'allow', listed: [] } as const,
    ].entries()) {
      expect(await begin(allowed)).not.toContain('inside the network')
      expect(knocks()).toBe(index + 1)
    }
  })

  it.skipIf(!inside)('who runs the installation does, unless it is denied', async () => {
    const { issuer, knocks } = await host()
    await apply(EXAMPLE)
    await createConnection(await scope('acme'), { ...INTERNAL, issuer }, management())
    expect(await begin({ rule: 'deny', listed: [] })).toContain('inside the network')
    expect(knocks()).toBe(0)
    expect(await begin({ rule: 'operator', listed: [] })).not.toContain('inside the network')
    expect(knocks()).toBe(1)
  })
})
