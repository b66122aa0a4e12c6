import type { Actor, Permission } from '../access'

/** The installation above all organizations, and what the actor may do there: `look` lists them, `own` makes new ones. */
export type InstallationScope = {
  readonly organizationId: null
  readonly actor: Actor
  readonly permissions: readonly Permission[]
}
