import { managedServerStore } from '@/lib/store/read/servers'
import { NotFound, type OrganizationScope, requirePermission } from '../access'
import { invalid } from '../configuration/mistakes'
import { putClient } from '../configuration/put'
import type { ClientInput, ClientSettings } from '../configuration/schema/settings'
import type { Management } from '../management/management'

/** A client as an operator configures it, with its secret when one is created. */
export type ClientDescription = Omit<ClientInput, 'clientId' | 'clientSecret'> & { readonly clientId: string }

/** The new secret, where one was made: only its digest is stored, and it is never shown again. */
export type MadeSecret = { readonly secret?: string }

/**
 * Names a client that may use this server.
 *
 * @throws Forbidden, NotFound
 * @throws InvalidInput with paths relative to the client, in wire names: `['redirect_uris', 0]`
 */
export async function addClient(
  scope: OrganizationScope,
  server: string,
  client: ClientDescription,
  management: Management,
): Promise<MadeSecret> {
  requirePermission(scope, 'configure')
  const { hasClient } = managedServerStore(management.db)
  const isTaken = await hasClient(scope.organizationId, server, client.clientId)
  return saveClient(scope, server, client, management, (before) => {
    // Checked again under the lock, so that of two concurrent calls only one returns a secret.
    if (isTaken || before) throw invalid('client_id', 'client_id_taken')
  })
}

/**
 * Changes a client that an operator named. Its secret stays, unless it only now needs one.
 *
 * @throws Forbidden, NotFound
 * @throws InvalidInput as {@link addClient}
 */
export function changeClient(
  scope: OrganizationScope,
  server: string,
  client: ClientDescription,
  management: Management,
): Promise<MadeSecret> {
  return saveClient(scope, server, client, management, (before) => {
    if (!before) throw new NotFound('client')
  })
}

/**
 * Makes a new secret for a client that has one; the one before it ends at once.
 *
 * @returns the secret, which is never shown again
 * @throws Forbidden, NotFound
 * @throws InvalidInput when the client authenticates without a secret
 */
export async function makeClientSecret(
  scope: OrganizationScope,
  server: string,
  clientId: string,
  management: Management,
): Promise<string> {
  const secret = management.ports.secrets.token('vst_cs_')
  const edit = (before: ClientSettings | undefined) => {
    if (!before) throw new NotFound('client')
    return { ...before, clientSecret: { set: secret } }
  }
  await putClient(scope, { server, clientId }, edit, management)
  return secret
}

async function saveClient(
  scope: OrganizationScope,
  server: string,
  client: ClientDescription,
  management: Management,
  check: (before: ClientSettings | undefined) => void,
): Promise<MadeSecret> {
  const { tokenEndpointAuthMethod: method, clientId } = client
  const hasSecret = method === 'client_secret_basic' || method === 'client_secret_post'
  let made: string | undefined
  const edit = (before: ClientSettings | undefined): ClientInput => {
    check(before)
    if (!hasSecret) return client
    if (before?.clientSecret) return { ...client, clientSecret: before.clientSecret }
    made = management.ports.secrets.token('vst_cs_')
    return { ...client, clientSecret: { set: made } }
  }
  await putClient(scope, { server, clientId }, edit, management)
  return made === undefined ? {} : { secret: made }
}
