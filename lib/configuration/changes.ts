import type { z } from 'zod'
import { RESERVED_SLUGS } from '@/lib/slug'
import type { Displaced, Ended } from '@/lib/store/configuration/displaced-logins'
import type { ConfigurationRows, ConnectionRow } from '@/lib/store/configuration/rows'
import type { Location } from './issuer'
import type { Mistake, Path } from './mistakes'
import { CLIENT, CONNECTION, ORGANIZATION, SERVER } from './schema/settings'
import { isSecret } from './schema/values'
import { bare, entriesOf, shapeFor, toWire, wireName } from './schema/wire'

/** One thing that will be created or updated. Holds no secret. */
export type Change = {
  readonly action: 'create' | 'update'
  readonly kind: 'organization' | 'connection' | 'server' | 'client' | 'branding'
  /** `acme`, `acme/okta`, `acme/files`, `acme/files/ci`; a branding's is that of its organization or server. */
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
  /** Whether a connection's stored secret is the one that was entered. */
  isSecretOf(connection: ConnectionRow, entered: string): boolean
  /** Whether settings are what is stored, and need no plan. */
  stays(settings: unknown): boolean
}

type Kinds = Omit<ConfigurationRows, 'brands' | 'retired'>
type Rows = { -readonly [Kind in keyof Kinds]: Kinds[Kind][number][] }

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
  change: Omit<Change, 'action' | 'kind' | 'fields'> & { readonly kind: keyof typeof SCHEMAS },
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

/** A field that will change; of a secret only that it does. */
export type FieldChange =
  | { readonly field: string; readonly before?: unknown; readonly after?: unknown }
  | { readonly field: string; readonly secret: 'added' | 'changed' | 'removed' }

/** Settings, and the secret that belongs to them: the same one, or another; never shown. */
export type Compared = { readonly settings: unknown; readonly secret: unknown }

/**
 * The fields that differ, in wire names.
 *
 * @param before absent for what is new; then empty fields are left out
 * @param fixed fields that never change, or have changes of their own
 */
function differences(
  schema: z.ZodType,
  before: Compared | undefined,
  after: Compared,
  fixed: readonly string[],
): readonly FieldChange[] {
  const [old, next] = [new Map(entriesOf(before?.settings)), new Map(entriesOf(after.settings))]
  const shape = { ...shapeFor(schema, after.settings), ...shapeFor(schema, before?.settings) }
  const changing = Object.entries(shape).filter(([key]) => !fixed.includes(key))
  return changing.flatMap(([key, field]): readonly FieldChange[] => {
    if (isSecret(bare(field as z.ZodType))) return secretChange(wireName(key), before?.secret, after.secret)
    const [was, is] = [old.get(key), next.get(key)].map((value) => toWire(field as z.ZodType, value))
    if (canonical(was) === canonical(is) || (!before && isEmpty(is))) return []
    return [
      {
        field: wireName(key),
        ...(was !== undefined && { before: was }),
        ...(is !== undefined && { after: is }),
      },
    ]
  })
}

function secretChange(field: string, before: unknown, after: unknown): FieldChange[] {
  if (before === after) return []
  return [{ field, secret: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed' }]
}

/** JSON with sorted keys: the database keeps keys in an order of its own. */
export function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, inner: unknown) => {
    const members = entriesOf(inner)
    return members ? Object.fromEntries(members.toSorted(([a], [b]) => (a < b ? -1 : 1))) : inner
  })
}

/** A list or mapping without entries. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) ? value : entriesOf(value))?.length === 0
}
