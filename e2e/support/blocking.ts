import { eq } from 'drizzle-orm'
import { organizations } from '@/drizzle/schema/organizations'
import { closeDatabase, openDatabase } from '@/lib/store/database/database'
import { clientAndUserStore } from '@/lib/store/read/clients-and-users'
import type { World } from './world'

/** A client by its `client_id`, or a user by their subject; of an organization, by its slug. */
export type Blockable = { readonly organization: string } & (
  | { readonly client: string }
  | { readonly user: string }
)

/** Keeps a client or user out as the console does, in the world's database. */
export const block = (world: World, target: Blockable) => setBlocked(world, target, true)

/** Lets them in again. */
export const unblock = (world: World, target: Blockable) => setBlocked(world, target, false)

async function setBlocked(world: World, target: Blockable, blocked: boolean): Promise<void> {
  const database = await world.openDatabase()
  const db = openDatabase(database.url)
  try {
    const [organization] = await db
      .select()
      .from(organizations)
      .where(eq(organizations.slug, target.organization))
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
    const store = clientAndUserStore(db)
    const page = { now: at, limit: 1 }
    if ('client' in target) {
      const servers = (await store.servers(chain)).map(({ id }) => id)
      const [found] = (await store.listClients(servers, target.client, page)).rows
      const ending = { at, step: 'consent', outcome: 'failed', reason: 'client_blocked' } as const
      const change = { audit, ...(blocked && { ending }) }
      if (!(await store.blockClient(chain, found?.id ?? '', change, undefined)))
        throw new Error('nothing to change')
    } else {
      const [found] = (await store.listUsers(chain, target.user, page)).rows
      const change = { audit, ...(blocked && { at }) }
      if (!(await store.blockUser(chain, found?.id ?? '', change, undefined)))
        throw new Error('nothing to change')
    }
  } finally {
    await closeDatabase(db)
    await database.close()
  }
}
