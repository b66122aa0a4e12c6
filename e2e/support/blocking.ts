import { eq } from 'drizzle-orm'
import { organizations } from '@/drizzle/schema/organizations'
import { closeDatabase, openDatabase } from '@/lib/store/database/database'
import { managedPartyStore } from '@/lib/store/read/clients-and-users'
import type { World } from './world'

/** A client by its `client_id`, or a user by their subject; of an organization, by its slug. */
export type Party = { readonly organization: string } & (
  | { readonly client: string }
  | { readonly user: string }
)

/** Keeps a client or user out as the console does, in the world's database. */
export const block = (world: World, party: Party) => setBlocked(world, party, true)

/** Lets them in again. */
export const unblock = (world: World, party: Party) => setBlocked(world, party, false)

async function setBlocked(world: World, party: Party, blocked: boolean): Promise<void> {
  const database = await world.openDatabase()
  const db = openDatabase(database.url)
  try {
    const [organization] = await db
      .select()
      .from(organizations)
      .where(eq(organizations.slug, party.organization))
    const chain = organization?.id ?? ''
    const at = new Date()
    const audit = {
      chain,
      at,
      actorKind: 'system',
      actorName: 'test',
      action: 'test.blocked',
      targetKind: 'test',
      targetName: 'test',
      detail: {},
    }
    const parties = managedPartyStore(db)
    const page = { now: at, limit: 1 }
    if ('client' in party) {
      const servers = (await parties.servers(chain)).map(({ id }) => id)
      const [found] = (await parties.listClients(servers, party.client, page)).rows
      const ending = { at, step: 'consent', outcome: 'failed', reason: 'client_blocked' } as const
      const change = { audit, ...(blocked && { ending }) }
      if (!(await parties.blockClient(chain, found?.id ?? '', change))) throw new Error('nothing to change')
    } else {
      const [found] = (await parties.listUsers(chain, party.user, page)).rows
      const change = { audit, ...(blocked && { at }) }
      if (!(await parties.blockUser(chain, found?.id ?? '', change))) throw new Error('nothing to change')
    }
  } finally {
    await closeDatabase(db)
    await database.close()
  }
}
