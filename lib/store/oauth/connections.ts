import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { connections } from '@/drizzle/schema/organizations'
import type { Sealer } from '@/lib/crypto/seal'
import type { Connections } from '@/lib/oauth/ports/ports'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { connectionSecretContext } from '@/lib/store/database/sealed-contexts'
import { type ConnectionConfig, connectionConfig } from '@/lib/upstream/connection-config'

/** A connection that leads to an identity provider of the customer's; `platform` ones are our own accounts. */
const upstream = and(
  eq(connections.id, sql.placeholder('id')),
  inArray(connections.type, ['oidc', 'oauth2', 'saml']),
  isNull(connections.deletedAt),
)

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

/** Where `lib/upstream` gets a connection's full configuration. */
export type ConnectionConfigs = {
  /**
   * The configuration with its secret opened; null when there is no such connection.
   *
   * @throws Error when the stored settings are not valid, naming the fields
   * @throws MissingKey when the secret's key is not configured
   */
  find(id: string): Promise<ConnectionConfig | null>
}

/** Connections in Postgres, with their secrets. */
export function connectionConfigs(db: Database, sealer: Sealer): ConnectionConfigs {
  const byId = db.select().from(connections).where(upstream).prepare('upstream_connection')
  return guarded({
    async find(id) {
      const [row] = await byId.execute({ id })
      if (!row) return null
      const { settings, clientSecret, ...rest } = row
      const parsed = connectionConfig.safeParse({
        ...settings,
        ...rest,
        ...(clientSecret !== null && {
          clientSecret: sealer.open(clientSecret, connectionSecretContext(id)),
        }),
        ...(settings.tokenEndpointAuthMethod === 'private_key_jwt' && {
          clientKey: sealer.connectionKeys.signing(id),
        }),
      })
      if (parsed.success) return parsed.data
      const mistakes = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
      throw new Error(`connection ${id} is not configured soundly: ${mistakes.join('; ')}`)
    },
  } satisfies ConnectionConfigs)
}
