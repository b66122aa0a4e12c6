import { NotFound, type OrganizationScope } from '../access'
import {
  changeConfiguration,
  type Entry,
  InvalidInput,
  withEntry,
} from '../configuration/change-configuration'
import type { Mistake } from '../configuration/mistakes'
import type { Management } from '../management/management'

/**
 * Changes one server by the rules of the configuration file.
 *
 * @param edit from the server's entry, in wire names, to what it shall be
 * @param secrets what `env:NAME` stands for in what `edit` adds
 * @throws Forbidden, NotFound
 * @throws InvalidInput with paths relative to the server: `['scopes', 0, 'name']`
 */
export async function changeServer(
  scope: OrganizationScope,
  slug: string,
  edit: (server: Entry) => Entry,
  management: Management,
  secrets: Readonly<Record<string, string>> = {},
): Promise<void> {
  await relativeToServer(() =>
    changeConfiguration(
      scope,
      (organization) => {
        const before = organization.servers?.find((server) => server.slug === slug)
        if (!before) throw new NotFound('server')
        const after = withoutAbsent({ ...edit(before), slug })
        return { ...organization, servers: withEntry(organization.servers, 'slug', after) }
      },
      secrets,
      management,
    ),
  )
}

/** Mistakes at `servers[3].resource` become mistakes at `resource`. */
export async function relativeToServer<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change()
  } catch (error) {
    if (error instanceof InvalidInput) throw new InvalidInput(error.mistakes.map(relative))
    throw error
  }
}

const relative = (mistake: Mistake): Mistake =>
  mistake.path[0] === 'servers' ? { ...mistake, path: mistake.path.slice(2) } : mistake

/** A key that is `undefined` says: not this. */
export function withoutAbsent(entry: Entry): Entry {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined))
}
