import { randomBytes } from 'node:crypto'
import { type OrganizationScope, permissionsOf } from '@/lib/access'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import type { Management } from '@/lib/management/management'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { createServices } from '@/lib/test-support/management'

/** The example's installation, with Acme's and Globex's people. */
export function testServers() {
  const installation = testInstallation()
  const services = createServices(installation.store)
  const ring = keyring([{ id: 'k1', key: randomBytes(32) }])
  const management = (): Management => {
    const made = services.management()
    return { ...made, ports: { ...made.ports, secrets: secrets(ring) } }
  }
  return {
    ...installation,
    management,
    /** Who administers one organization, after the example was applied. */
    async admin(slug: string): Promise<OrganizationScope> {
      await installation.apply(EXAMPLE)
      return {
        ...(await services.scope(slug)),
        permissions: permissionsOf('admin'),
        isInstallationOperator: false,
      }
    },
    /** The audit log of an organization, the newest first. */
    log: ({ organizationId }: OrganizationScope) =>
      auditLogStore(installation.store().db).list(organizationId, 50),
  }
}

/** The same person in a lower role. */
export const as = (role: 'support' | 'auditor', scope: OrganizationScope): OrganizationScope => ({
  ...scope,
  permissions: permissionsOf(role),
})
