import type { Client, Connection, Server } from '@/lib/oauth/model'
import type { BrandChange } from '@/lib/store/oauth/server-branding'

export type OrganizationRow = { readonly id: string; readonly slug: string; readonly name: string }

export type ConnectionRow = {
  readonly id: string
  readonly organizationId: string
  readonly slug: string
  readonly name: string
  readonly type: Connection['type']
  readonly settings: Readonly<Record<string, unknown>>
  readonly clientId: string
  /** The stored one, or a new one. */
  readonly clientSecret?: { readonly sealed: string } | { readonly set: string }
  /** Whether its addresses may be inside our own network. */
  readonly mayBeInternal: boolean
}

export type ServerRow = Server & {
  /** The host of its own that the operator gave it. */
  readonly host?: string
  readonly isDefault: boolean
}

export type ClientRow = Omit<Client, 'createdAt'>

/** How an organization looks, or one of its servers. */
export type BrandRow = {
  readonly organizationId: string
  /** Absent: all of the organization. */
  readonly serverId?: string
  readonly brand: BrandChange
}

/** What an operator configures, as it is stored; `settings` as in `lib/upstream/connection-config.ts`. */
export type ConfigurationRows = {
  readonly organizations: readonly OrganizationRow[]
  readonly connections: readonly ConnectionRow[]
  readonly servers: readonly ServerRow[]
  /** Pre-registered ones. */
  readonly clients: readonly ClientRow[]
  /** Only where all organizations are read, or written. */
  readonly brands?: readonly BrandRow[]
  /** What was asked for, and is that of something that was deleted anywhere: it is never used again. Decision 0045. */
  readonly retired?: Pick<ReservedNames, 'slugs' | 'connectionIds'>
}

/** How many rows an organization has of each kind. */
export type RowCounts = { readonly [Kind in 'connections' | 'servers' | 'clients']: number }

/** What an organization wants to have, and another may have already. */
export type ReservedNames = {
  readonly connectionIds: readonly string[]
  readonly slugs: readonly string[]
  readonly issuers: readonly string[]
  /** Of clients at its own servers, where one may have registered itself. */
  readonly clientIds: readonly string[]
}
