import { members as memberTable, operators } from '@/drizzle/schema/operators'
import { type OrganizationScope, permissionsOf, type Role } from '@/lib/access'
import { findKeyHolder, organizationOf } from '@/lib/api-keys/key-holder'
import { memberStore } from '@/lib/store/accounts/members'
import { newId } from '@/lib/store/database/ids'
import type { PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { createServices } from '@/lib/test-support/management'

/** People of an organization under test, who act with the permissions of their role. */
export function people(store: () => PostgresUnderTest) {
  const { scope, management } = createServices(store)

  /** An account without any organization. */
  const account = async (name: string, isInstallationOperator = false) => {
    const id = newId()
    const email = `${name}@example.com`
    await store().db.insert(operators).values({ id, name, email, isInstallationOperator })
    return { kind: 'operator', id, email } as const
  }

  const as = async (id: string, name: string, role: Role, slug = 'acme'): Promise<OrganizationScope> => ({
    ...(await scope(slug)),
    actor: { kind: 'operator', id, name: `${name}@example.com` },
    permissions: permissionsOf(role),
    isInstallationOperator: false,
  })

  /** A member, and what they act with. */
  const member = async (name: string, role: Role, slug = 'acme') => {
    const { id } = await account(name)
    const { organizationId } = await scope(slug)
    await store().db.insert(memberTable).values({ id: newId(), userId: id, organizationId, role })
    return { id, scope: await as(id, name, role, slug) }
  }

  /** What the program may do that holds an API key. */
  const withKey = async (key: string, slug = 'acme'): Promise<OrganizationScope> => {
    const holder = await findKeyHolder(key, management())
    if (!holder) throw new Error('the key opens nothing')
    return organizationOf(holder, slug, management())
  }

  /** Who belongs to an organization, as `name: role`. */
  const roles = async (slug = 'acme'): Promise<readonly string[]> => {
    const { organizationId } = await scope(slug)
    const { members } = await memberStore(store().db).read(organizationId, new Date())
    return members.map(({ name, role }) => `${name}: ${role}`).toSorted()
  }

  return { account, member, withKey, roles, scope, management }
}
