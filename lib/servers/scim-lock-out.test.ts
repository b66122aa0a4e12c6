import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { servers } from '@/drizzle/schema/servers'
import { permissionsOf } from '@/lib/access'
import { name, provisioning } from '@/lib/scim/test-support/scim'
import { AFTERWARDS } from '@/lib/store/test-support/departing'
import { refuseScimLockOut } from './scim-lock-out'

let at: Awaited<ReturnType<typeof provisioning>>
beforeAll(async () => {
  at = await provisioning()
  const access = {
    default: 'deny',
    allow: { users: [], when: { claim: 'groups', contains: 'staff' } },
  } as const
  await at.store.db.update(servers).set({ settings: { access } })
})
afterAll(() => at?.close())

/** As an operator says so of the connection. */
const turnOn = (scimGroups = true, isMeant = false) =>
  refuseScimLockOut(
    {
      organizationId: at.connection.organizationId,
      organization: 'acme',
      actor: { kind: 'operator', name: 'Ann' },
      permissions: permissionsOf('admin'),
      isInstallationOperator: false,
    },
    at.connection.slug,
    { scimGroups, isMeant },
    { db: at.store.db, ports: { clock: () => AFTERWARDS } },
  )

describe('groups from SCIM', () => {
  it('are not turned on while they would lock everybody out, unless that is meant', async () => {
    await expect(turnOn()).resolves.toBeUndefined()
    const alice = name()
    // Of the group, by what the token said.
    await at.logIn({ subject: alice })
    await expect(turnOn()).rejects.toMatchObject({
      mistakes: [{ path: ['scim_groups'], code: 'locks_out_everybody', params: { users: 1, days: 30 } }],
    })
    await expect(turnOn(true, true)).resolves.toBeUndefined()
    await expect(turnOn(false)).resolves.toBeUndefined()
    const id = await at.provision({ userName: alice, externalId: alice })
    await at.call('POST', '/Groups', { displayName: 'staff', members: [{ value: id }] })
    await expect(turnOn()).resolves.toBeUndefined()
  })

  it('that are on already are not asked about again', async () => {
    await at.configure({ scimGroups: true })
    await at.store.db.execute('delete from provisioned_members')
    await expect(turnOn()).resolves.toBeUndefined()
  })
})
