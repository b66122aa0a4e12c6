import type { OrganizationScope } from '../access'
import type { Management } from '../management/management'
import { changeServer } from './change-server'

/**
 * Makes the credential with which the MCP server introspects tokens and is handed upstream ones. It replaces the one
 * before it at once, and only its digest is stored.
 *
 * @returns the credential, which nobody can be shown again
 * @throws Forbidden, NotFound
 */
export async function makeResourceSecret(
  scope: OrganizationScope,
  slug: string,
  management: Management,
): Promise<string> {
  const secret = management.ports.secrets.token('vst_rs_')
  const edit = (server: object) => ({ ...server, resource_secret: 'env:NEW_SECRET' })
  await changeServer(scope, slug, edit, management, { NEW_SECRET: secret })
  return secret
}

/**
 * Takes the credential away: nobody can introspect any more.
 *
 * @throws Forbidden, NotFound
 * @throws InvalidInput while opaque tokens or the handoff need it
 */
export async function removeResourceSecret(
  scope: OrganizationScope,
  slug: string,
  management: Management,
): Promise<void> {
  await changeServer(scope, slug, (server) => ({ ...server, resource_secret: undefined }), management)
}
