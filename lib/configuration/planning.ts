import { RESERVED_SLUGS } from '@/lib/slug'
import type { ConfigurationRows } from '@/lib/store/configuration/configuration'
import type { Displaced, Ended } from '@/lib/store/configuration/displaced-logins'
import { type Compared, differences, type FieldChange } from './differences'
import type { Location } from './issuer'
import type { Mistake, Path } from './mistakes'
import { CLIENT, CONNECTION, ORGANIZATION, SERVER } from './schema/settings'

/** One thing that will be created or updated. Holds no secret. */
export type Change = {
  readonly action: 'create' | 'update'
  readonly kind: 'organization' | 'connection' | 'server' | 'client'
  /** `acme`, `acme/okta`, `acme/files`, `acme/files/ci` */
  readonly name: string
  readonly fields: readonly FieldChange[]
  /** Of a new connection: what to enter at the identity provider. */
  readonly callbackUrl?: string
  /** Of a new server. */
  readonly issuer?: string
}

/** What a configuration file would do, or did. */
export type Plan = { readonly changes: readonly Change[]; readonly warnings: readonly string[] }

export type PlanContext = Location & {
  /** A random id. */
  newId(): string
  /** Made by who runs the installation: addresses that they enter may be inside our own network. */
  readonly isTrusted: boolean
}

type Stored = Omit<ConfigurationRows, 'reservedSlugs'>
type Rows = { -readonly [Kind in keyof Stored]: Stored[Kind][number][] }

/** A plan in the making. */
export type Planning = {
  readonly stored: ConfigurationRows
  readonly context: PlanContext
  readonly changes: Change[]
  readonly warnings: string[]
  /** Conflicts with what is stored; when there are any, nothing may be written. */
  readonly mistakes: Mistake[]
  readonly write: Rows
  /** Whose earlier logins end with the change. */
  readonly displaced: Displaced[]
}

const SCHEMAS = { organization: ORGANIZATION, connection: CONNECTION, server: SERVER, client: CLIENT }

/** What a plan says of the grants that end with it. */
export const endedWarnings = (ended: readonly Ended[]): readonly string[] =>
  ended
    .filter(({ number }) => number > 0)
    .map(
      ({ kind, name, number }) =>
        `${number} ${number === 1 ? 'grant' : 'grants'} of users who logged in through ${kind === 'server' ? `another connection of server ${name}` : `connection ${name} as it was`} end with this change`,
    )

/** Fields that name a thing, decide on its issuer, or hold things of their own. */
const FIXED = [
  ...['slug', 'id', 'clientId', 'default', 'issuerHost', 'connections', 'servers', 'clients'],
  // Follows from who entered the addresses.
  'mayBeInternal',
]

/**
 * Notes a change.
 *
 * @param more fields that are no settings
 * @returns false when there is nothing to change
 */
export function planChange(
  planning: Planning,
  change: Omit<Change, 'action' | 'fields'>,
  before: Compared | undefined,
  after: Compared,
  more: readonly FieldChange[] = [],
): boolean {
  const fixed = change.kind === 'connection' ? FIXED.filter((key) => key !== 'clientId') : FIXED
  const fields = [...differences(SCHEMAS[change.kind], before, after, fixed), ...more]
  if (before && fields.length === 0) return false
  planning.changes.push({ action: before ? 'update' : 'create', ...change, fields })
  return true
}

/** A new thing with the slug of a page of the console would have no page. */
export function checkNotReserved(
  { mistakes }: Planning,
  kind: keyof typeof RESERVED_SLUGS,
  slug: string,
  path: Path,
): void {
  if (RESERVED_SLUGS[kind].includes(slug)) mistakes.push({ path: [...path, 'slug'], code: 'slug_reserved' })
}
