import type { Server } from '@/lib/oauth/model'
import { signInAttemptStore } from '../../accounts/sign-in-attempts'
import { auditLogStore } from '../../audit/audit-log'
import { postgresChallenges } from '../../challenges/postgres'
import { apiKeyStore } from '../../credentials/api-keys'
import type { Database } from '../../database/database'
import { assertionIdStore } from '../../oauth/assertion-ids'
import { clientDocumentStore } from '../../oauth/client-documents'
import { rememberedRows } from '../../oauth/remembered'
import { signingKeyStore } from '../../oauth/signing-keys'
import { clientAndUserStore } from '../../read/clients-and-users'
import { managedGrantStore } from '../../read/grants'
import { managedLoginStore } from '../../read/logins'
import { organizationStore } from '../../read/organizations'
import { newSealer, repositoriesOn } from '../open-store'

/** Everything that a request, a page or a client waits for, on a filled database. */
export async function storesOn(db: Database) {
  const sealer = newSealer()
  const keys = signingKeyStore(db, sealer)
  const stores = repositoriesOn(db, sealer)
  return {
    ...stores,
    server: await firstServer(stores),
    challenges: postgresChallenges(db),
    documents: clientDocumentStore(db),
    assertions: assertionIdStore(db),
    attempts: signInAttemptStore(db),
    apiKeys: apiKeyStore(db),
    remembered: () => rememberedRows(db, keys),
    pages: {
      logins: managedLoginStore(db),
      grants: managedGrantStore(db),
      clients: clientAndUserStore(db),
      organizations: organizationStore(db),
      audit: auditLogStore(db),
    },
  }
}

async function firstServer({ servers }: ReturnType<typeof repositoriesOn>): Promise<Server> {
  const server = await servers.find('s1')
  if (!server) throw new Error('the database is not filled')
  return server
}

export type FilledStores = Awaited<ReturnType<typeof storesOn>>

/** What one operation does with the rows that belong to row number `row` of a filled database. */
export type Operation = readonly [name: string, run: (stores: FilledStores, row: number) => Promise<unknown>]
