import { type SQL, sql } from 'drizzle-orm'
import { members } from '@/drizzle/schema/operators'
import { organizations } from '@/drizzle/schema/organizations'

/**
 * For a statement written by hand: the organizations that an operator sees, by `id`, `slug`, `name` and their `role` in
 * each, which is null where they see it as the installation's operator.
 *
 * @param everywhere for the operator of the installation: all that there are
 */
export const visibleOrganizations = (operatorId: string, everywhere: boolean): SQL => sql`
  select organization.id, organization.slug, organization.name, member.role
  from ${organizations} as organization
  left join ${members} as member
    on member.organization_id = organization.id and member.operator_id = ${operatorId}
  where organization.deleted_at is null and (${everywhere} or member.role is not null)`
