import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COMMAND_LINE, PERMISSIONS, permissionsOf } from '@/lib/access'
import { createApiKey } from '@/lib/api-keys/api-keys'
import { findKeyHolder, organizationOf } from '@/lib/api-keys/key-holder'
import { exportChain } from '@/lib/audit/audit-log'
import { verifyExport } from '@/lib/audit/verify-export'
import { applyConfiguration } from '@/lib/configuration/apply'
import { exportConfiguration } from '@/lib/configuration/export'
import { putConnection } from '@/lib/configuration/put'
import { checkpointKeys, signCheckpoint } from '@/lib/crypto/audit-chain'
import { keyring } from '@/lib/crypto/keyring'
import { createSetupLink } from '@/lib/setup-links/links'
import { openSetupLink } from '@/lib/setup-links/visit'
import { checkpointer } from '@/lib/store/audit/checkpoints'
import { configurationStore } from '@/lib/store/configuration/configuration'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { connect, connectedServices } from '@/lib/test-support/connected'
import { CONFIG, SECRETS } from '@/lib/test-support/example'
import { deleteOrganization, readOrganizationDeletion } from './delete-organization'
import { listOrganizations } from './organizations'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())
const { management, scope } = connectedServices(() => store)

const SCOPE = { organizationId: null, actor: COMMAND_LINE, permissions: PERMISSIONS } as const

/** An organization with a bit of everything. */
async function newOrganization() {
  const slug = `gone-${randomBytes(4).toString('hex')}`
  const yaml = `organizations:
  - slug: ${slug}
    name: ${slug}
    connections: [{ slug: staff, type: oidc, issuer: "https://login.${slug}.example", client_id: v, token_endpoint_auth_method: none }]
    servers:
      - slug: ${slug}
        name: Gone
        resource: https://${slug}.example/mcp
        connection: staff
        clients: [{ client_id: ci, redirect_uris: ["https://a.example/cb"], token_endpoint_auth_method: none }]`
  const { db, sealer } = store
  await applyConfiguration(yaml, { file: 'v.yaml', env: SECRETS, config: CONFIG, db, sealer })
  const inside = await scope(slug)
  const server = await store.servers.findByIssuer(`https://auth.example.com/s/${slug}`)
  if (!server) throw new Error('there is no server')
  const { grant } = await connect(store, server)
  const { key } = await createApiKey(inside, { name: 'ci', role: 'owner' }, management())
  const link = await createSetupLink(inside, { label: 'Jane', connection: 'staff' }, management())
  return { slug, inside, server, grant, key, link }
}

describe('deleting an organization', () => {
  it('counts first what ends, and changes nothing', async () => {
    const { slug, server } = await newOrganization()
    const contents = await readOrganizationDeletion(SCOPE, slug, management())
    expect(contents).toMatchObject({
      servers: 1,
      connections: 1,
      grants: 1,
      clients: 2,
      apiKeys: 1,
      members: 0,
    })
    expect(await store.servers.find(server.id)).not.toBeNull()
    expect(await readOrganizationDeletion(SCOPE, slug, management())).toEqual(contents)
  })

  it('ends everything, is nowhere after, and its slug is free again', async () => {
    const { slug, server, grant, key, inside } = await newOrganization()
    expect(await deleteOrganization(SCOPE, slug, management())).toMatchObject({ grants: 1 })
    expect(await store.servers.find(server.id)).toBeNull()
    expect((await store.grants.find(grant.id))?.revokedAt).toBeDefined()
    expect(await findKeyHolder(key, management())).toBeNull()
    const slugs = (await listOrganizations(SCOPE, { limit: 1000 }, management())).map((one) => one.slug)
    expect(slugs.filter((one) => one.startsWith(slug))).toEqual([])
    const yaml = exportConfiguration(await configurationStore(store.db, store.sealer).read())
    expect(yaml).not.toContain(slug)
    for (const name of [slug, `${slug}~${inside.organizationId}`])
      await expect(deleteOrganization(SCOPE, name, management())).rejects.toThrow('no such organization')
    const again = `organizations: [{ slug: ${slug}, name: Again }]`
    const { db, sealer } = store
    await applyConfiguration(again, { file: 'v.yaml', env: SECRETS, config: CONFIG, db, sealer })
    expect((await scope(slug)).organizationId).not.toBe(inside.organizationId)
  })

  it('is in the log of the organization and in that of the installation', async () => {
    const { slug, inside } = await newOrganization()
    await deleteOrganization(SCOPE, slug, management())
    const chains = await store.db.execute(
      `select chain from audit_log where action = 'organization.deleted' and target_id = '${inside.organizationId}' order by 1`,
    )
    expect(chains.map(({ chain }) => chain).toSorted()).toEqual(
      [inside.organizationId, 'installation'].toSorted(),
    )
  })

  it('leaves its log, which is signed, exported and verified as before', async () => {
    const { slug, inside } = await newOrganization()
    await deleteOrganization(SCOPE, slug, management())
    const ring = keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }])
    await checkpointer(store.db, (end) => signCheckpoint(ring, end), 1)()
    let text = ''
    for await (const lines of exportChain(store.db, inside.organizationId)) text += lines
    const { findings, chain, signedUntil, last } = verifyExport(text, checkpointKeys(ring))
    expect([findings, chain]).toEqual([[], inside.organizationId])
    expect(signedUntil).toBe((last?.sequence ?? 0) - 1)
  })

  it('is for who runs the installation, and opens no door to what is made with it meanwhile', async () => {
    const { slug, inside, key, link } = await newOrganization()
    const admin = { ...SCOPE, permissions: permissionsOf('admin') }
    await expect(deleteOrganization(admin, slug, management())).rejects.toThrow()
    const holder = await findKeyHolder(key, management())
    if (!holder) throw new Error('there is no key')
    const ofKey = await organizationOf(holder, slug, management())
    await deleteOrganization(SCOPE, slug, management())
    await expect(createApiKey(ofKey, { name: 'late', role: 'auditor' }, management())).rejects.toThrow()
    const entered = { type: 'platform', slug: 'late' } as const
    await expect(putConnection(inside, 'late', () => entered, management())).rejects.toThrow()
    const token = link.url.split('/').at(-1) ?? ''
    await expect(openSetupLink(token, management())).rejects.toThrow('no such setup link')
  })
})
