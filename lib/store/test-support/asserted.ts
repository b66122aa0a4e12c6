import type { Grant, Server } from '@/lib/oauth/model'
import { later, newClient, type StoreUnderTest } from './store-under-test'

/** A grant of a user whom an assertion of this issuer is about. */
export async function assertedLogin(
  store: StoreUnderTest,
  server: Server,
  issuer: string,
  subject: string,
): Promise<Grant> {
  const client = await store.clients.register(newClient(server.id))
  const identity = { identitySource: issuer, subject, claims: {} }
  const grant = await store.logins.assert({ server, client, identity, scope: [], claims: {} }, later(30))
  if (!grant) throw new Error('the user is blocked')
  return grant
}
