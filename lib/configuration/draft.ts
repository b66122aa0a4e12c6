import type { ConfigurationRows } from '@/lib/store/configuration/configuration'
import { differences, type FieldChange, type Fields } from './differences'
import type { Location } from './issuer'
import type { Mistake, Path } from './mistakes'

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
  /**
   * Whether a connection may be inside our own network.
   *
   * @param stored what is stored, where its addresses stay; undefined where they are new
   */
  mayBeInternal(stored: boolean | undefined): boolean
}

type Stored = Omit<ConfigurationRows, 'reservedSlugs'>
type Rows = { -readonly [Kind in keyof Stored]: Stored[Kind][number][] }

/** A plan in the making. */
export type Draft = {
  readonly stored: ConfigurationRows
  readonly context: PlanContext
  readonly changes: Change[]
  readonly warnings: string[]
  readonly mistakes: Mistake[]
  readonly write: Rows
}

export function newDraft(stored: ConfigurationRows, context: PlanContext): Draft {
  const write = { organizations: [], connections: [], servers: [], clients: [] }
  return { stored, context, changes: [], warnings: [], mistakes: [], write }
}

/** Notes a change, unless there is none. */
export function propose<Kind extends keyof Rows>(
  draft: Draft,
  rows: Kind,
  row: Rows[Kind][number],
  change: Omit<Change, 'action' | 'fields'> & { readonly before: Fields | undefined; readonly after: Fields },
): void {
  const { before, after, ...rest } = change
  const fields = differences(before, after)
  if (before && fields.length === 0) return
  draft.changes.push({ action: before ? 'update' : 'create', ...rest, fields })
  const list: Rows[Kind][number][] = draft.write[rows]
  list.push(row)
}

export function complain(draft: Draft, path: Path, message: string): void {
  draft.mistakes.push({ path, message })
}
