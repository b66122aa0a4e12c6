import { and, eq, isNull, sql } from 'drizzle-orm'
import type { SelectResultFields } from 'drizzle-orm/query-builders/select.types'
import { connections } from '@/drizzle/schema/organizations'
import { boundedMap } from '@/lib/bounded-map'
import type { Sealer } from '@/lib/crypto/seal'
import type { Connections } from '@/lib/oauth/ports/ports'
import type { ReadConnection } from '@/lib/oauth/ports/upstream'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { connectionSecretContext } from '@/lib/store/database/sealed-contexts'
import { type ConnectionConfig, connectionConfig } from '@/lib/upstream/connection-config'

/** A connection without its secrets. */
export const connectionColumns = {
  id: connections.id,
  organizationId: connections.organizationId,
  slug: connections.slug,
  name: connections.name,
  type: connections.type,
  scopes: sql<readonly string[]>`coalesce(${connections.settings} -> 'scopes', '[]')`,
}

/** Connections in Postgres, without their secrets. */
export function connectionStore(db: Database): Connections {
  return guarded({
    async find(id) {
      const [row] = await db
        .select(connectionColumns)
        .from(connections)
        .where(and(eq(connections.id, id), isNull(connections.deletedAt)))
      return row ?? null
    },
  } satisfies Connections)
}

/** What a connection is configured with, its secret sealed. */
export const configurationColumns = {
  id: connections.id,
  organizationId: connections.organizationId,
  slug: connections.slug,
  name: connections.name,
  type: connections.type,
  settings: connections.settings,
  clientId: connections.clientId,
  clientSecret: connections.clientSecret,
  mayBeInternal: connections.mayBeInternal,
}

type ConfigurationRow = SelectResultFields<typeof configurationColumns>

/** Where `lib/upstream` gets a connection's full configuration. */
export type ConnectionConfigs = {
  /**
   * The configuration with its secret opened; null when there is no such connection, and for one that leads to no
   * identity provider, but to our own accounts.
   *
   * @param read the connection, where a statement of the same request has read it
   * @throws Error when the stored settings are not valid, naming the fields
   * @throws MissingKey when the secret's key is not configured
   */
  find(id: string, read?: ReadConnection): Promise<ConnectionConfig | null>
}

/** Connections in Postgres, with their secrets. */
export function connectionConfigs(db: Database, sealer: Sealer): ConnectionConfigs {
  const byId = db
    .select(configurationColumns)
    .from(connections)
    .where(and(eq(connections.id, sql.placeholder('id')), isNull(connections.deletedAt)))
    .prepare('upstream_connection')
  const configOf = rememberedConfigs(sealer, db.clock.now)
  return guarded({
    async find(id, read) {
      const row = read?.id === id ? (read as ConfigurationRow) : (await byId.execute({ id }))[0]
      return row && row.type !== 'platform' ? configOf(row) : null
    },
  } satisfies ConnectionConfigs)
}

/** Connections whose configuration is kept, and the characters that one of those has at most. */
const KEPT = { connections: 1_000, characters: 16_384 }

/** Checks a row and opens its secret once, as long as the row stays as it is. Decision 0142. */
function rememberedConfigs(sealer: Sealer, clock: () => Date): (row: ConfigurationRow) => ConnectionConfig {
  const kept = boundedMap<{ readonly text: string; readonly config: ConnectionConfig }>(KEPT.connections)
  return (row) => {
    const text = JSON.stringify(row)
    const known = kept.get(row.id)
    if (known?.text === text) return known.config
    const config = checkedConfig(row, sealer, clock())
    // A key that signs changes by itself.
    if (text.length > KEPT.characters || config.clientKey) return config
    kept.set(row.id, { text, config })
    return config
  }
}

function checkedConfig(
  { settings, clientSecret, ...rest }: ConfigurationRow,
  sealer: Sealer,
  now: Date,
): ConnectionConfig {
  const { id } = rest
  const parsed = connectionConfig.safeParse({
    ...settings,
    ...rest,
    ...(clientSecret !== null && {
      clientSecret: sealer.open(clientSecret, connectionSecretContext(id)),
    }),
    ...(settings.tokenEndpointAuthMethod === 'private_key_jwt' && {
      clientKey: sealer.connectionKeys.signing(id, now),
    }),
  })
  if (parsed.success) return parsed.data
  const mistakes = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`connection ${id} is not configured soundly: ${mistakes.join('; ')}`)
}
