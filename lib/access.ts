/** Roles and permissions in an organization. Console, API and command line all check here. */

import type { Language } from './messages/catalogue'
import type { Asking, Maker } from './store/credentials/makers'

export const ROLES = ['owner', 'admin', 'support', 'auditor'] as const
export type Role = (typeof ROLES)[number]

/**
 * `read`: see everything but secrets; `revoke`: end grants and block clients and users; `configure`: connections,
 * servers, clients and keys; `manage_members`: members, invitations and API keys; `own`: the organization itself.
 */
export const PERMISSIONS = ['read', 'revoke', 'configure', 'manage_members', 'own'] as const
export type Permission = (typeof PERMISSIONS)[number]

const ALLOWED: Readonly<Record<Role, readonly Permission[]>> = {
  owner: PERMISSIONS,
  admin: ['read', 'revoke', 'configure', 'manage_members'],
  support: ['read', 'revoke'],
  auditor: ['read'],
}

/** Who acts, as the audit log names them. */
export type Actor = {
  readonly kind: 'operator' | 'api_key' | 'setup_link' | 'command_line' | 'end_user' | 'system'
  readonly id?: string
  /** For people: a name or e-mail address, or the name of a key. */
  readonly name: string
  /** When a key ends: what it makes ends no later. */
  readonly until?: Date
  /** Of their pages: mails that they have sent are in it. */
  readonly language?: Language
}

/** Whoever reaches the database with the installation's keys. */
export const COMMAND_LINE: Actor = { kind: 'command_line', name: 'command line' }

/** What Vestibule does by itself. */
export const SYSTEM: Actor = { kind: 'system', name: 'Vestibule' }

/** An organization, and what the actor may do there. Every function about an organization takes one. */
export type OrganizationScope = {
  readonly organizationId: string
  /** Slug: `acme`. */
  readonly organization: string
  readonly actor: Actor
  readonly permissions: readonly Permission[]
  /** The operator of the whole installation: may also place servers at `PUBLIC_URL` or on hosts of their own. */
  readonly isInstallationOperator: boolean
  /** What the actor has seen of what they change; without it, whatever is stored is replaced. */
  readonly expected?: Expected
}

/** Versions that a change may replace (`lib/configuration/entries.ts`). */
export type Expected = {
  readonly versions: readonly string[] | 'any'
  /** Wire names of the fields that count; all when absent. */
  readonly fields?: readonly string[]
  /** Of a form, which asks again where something differs, and else says nothing. */
  readonly isForm?: true
}

/** Who changes something, and whether as one who runs the installation. */
type Changing = Pick<OrganizationScope, 'actor'> & Partial<Pick<OrganizationScope, 'isInstallationOperator'>>

/** The actor is known, and may not do this. */
export class Forbidden extends Error {
  /** By name: several copies of this class exist, since pages and routes are bundled apart. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'Forbidden'
  }

  constructor(readonly permission: Permission) {
    super(`needs the permission ${permission}`)
    this.name = 'Forbidden'
  }
}

/** The object does not exist, or belongs to another organization: the two are indistinguishable from outside. */
export class NotFound extends Error {
  /** By name: several copies of this class exist, since pages and routes are bundled apart. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'NotFound'
  }

  constructor(readonly kind: string) {
    super(`there is no such ${kind}`)
    this.name = 'NotFound'
  }
}

export function permissionsOf(role: Role): readonly Permission[] {
  return ALLOWED[role]
}

/** The roles that an actor may grant and remove: those without a permission that the actor lacks. */
export function rolesWithin(permissions: readonly Permission[]): readonly Role[] {
  return ROLES.filter((role) => permissionsOf(role).every((permission) => permissions.includes(permission)))
}

/** @throws Forbidden */
export function requirePermission(
  scope: Pick<OrganizationScope, 'permissions'>,
  permission: Permission,
): void {
  if (!scope.permissions.includes(permission)) throw new Forbidden(permission)
}

/**
 * Who makes what works without them. Their role is read again when it is written; whoever came as one who runs the
 * installation has to be one still.
 *
 * @param mayStill whether these permissions allow it
 * @returns undefined for the command line and the like, whose right is to reach the database
 */
export function makerOf(
  { actor, isInstallationOperator = false }: Changing,
  mayStill: (permissions: readonly Permission[]) => boolean,
): Maker | undefined {
  const { kind, id } = actor
  if (id === undefined || (kind !== 'operator' && kind !== 'api_key')) return undefined
  return {
    kind,
    id,
    isAbove: isInstallationOperator,
    mayStill: (role) => mayStill(role ? permissionsOf(role) : []),
    gone: () => new NotFound('organization'),
  }
}

/**
 * Who changes something: the right is asked about again when the change has its turn.
 *
 * @returns as {@link makerOf}; one without the permission has Forbidden thrown
 */
export const changerOf = (scope: Changing, permission: Permission = 'configure'): Maker | undefined =>
  makerOf(scope, (permissions) => {
    requirePermission({ permissions }, permission)
    return true
  })

/** Who changes something of an organization, for the transaction that writes it. */
export const askingOf = (scope: OrganizationScope): Asking & { readonly organizationId: string } => ({
  organizationId: scope.organizationId,
  maker: changerOf(scope),
})
