import { and, eq, inArray } from 'drizzle-orm'
import { clients } from '@/drizzle/schema/clients'
import { connections } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import type { Transaction } from '@/lib/store/database/database'
import type { RowCounts } from './rows'

/** With those that were deleted, whose names stay taken. */
export async function countRows(tx: Transaction, organizationId: string): Promise<RowCounts> {
  const ofServers = tx
    .select({ id: servers.id })
    .from(servers)
    .where(eq(servers.organizationId, organizationId))
  return {
    connections: await tx.$count(connections, eq(connections.organizationId, organizationId)),
    servers: await tx.$count(servers, eq(servers.organizationId, organizationId)),
    clients: await tx.$count(
      clients,
      and(inArray(clients.serverId, ofServers), eq(clients.kind, 'preregistered')),
    ),
  }
}
