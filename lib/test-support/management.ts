import { operators } from '@/drizzle/schema/operators'
import type { Ports } from '@/lib/oauth/ports/ports'
import { configurationStore } from '@/lib/store/configuration/configuration'
import type { PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { NotFound, type OrganizationScope, PERMISSIONS } from '../access'
import type { Management } from '../management/management'
import { CONFIG } from './example'

/** Runs the installation. */
const OLIVE = {
  id: 'olive',
  name: 'Olive',
  email: 'olive@installation.example',
  isInstallationOperator: true,
}

/** What management functions are given, on a store under test; the ports are the stores of it, and a clock. */
export function createServices(store: () => PostgresUnderTest) {
  const management = (): Management => ({
    publicUrl: CONFIG.publicUrl,
    config: CONFIG,
    db: store().db,
    sealer: store().sealer,
    auditKeys: [],
    ports: { ...store(), clock: () => new Date(), background: () => {} } as unknown as Ports,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  })
  /** As an installation operator, with all permissions. */
  const scope = async (slug: string): Promise<OrganizationScope> => {
    const { organizations } = await configurationStore(store().db, store().sealer).read()
    const found = organizations.find((organization) => organization.slug === slug)
    if (!found) throw new NotFound('organization')
    await store().db.insert(operators).values(OLIVE).onConflictDoNothing()
    return {
      organizationId: found.id,
      organization: slug,
      actor: { kind: 'operator', id: 'olive', name: 'Olive' },
      permissions: PERMISSIONS,
      isInstallationOperator: true,
    }
  }
  return { management, scope }
}
