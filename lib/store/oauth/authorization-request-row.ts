import type { SelectResultFields } from 'drizzle-orm/query-builders/select.types'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import type { AuthorizationRequest } from '@/lib/oauth/model'
import type { OpenRequest, UnderWay } from '@/lib/oauth/ports/authorization-requests'
import { omitNullish } from '@/lib/omit-nullish'
import { clientColumns } from './clients'
import { configurationColumns } from './connections'
import { serverColumns, serverOf } from './servers'

export type Row = typeof authorizationRequests.$inferSelect

/** A request with the server and client that it is of, as they are read together. */
export const openColumns = { row: authorizationRequests, server: serverColumns, client: clientColumns }

/** The same with the connection of its login attempt. */
export const underWayColumns = { ...openColumns, read: configurationColumns }

export function toModel(row: Row): AuthorizationRequest {
  const { clientRowId, clientId, redirectUri, ...rest } = row
  // A table constraint holds this for every request that was not refused.
  if (clientRowId === null || clientId === null || redirectUri === null)
    throw new Error(`authorization request ${row.id} has no client`)
  return {
    id: rest.id,
    reference: rest.reference,
    serverId: rest.serverId,
    clientRowId,
    clientId,
    redirectUri,
    scope: rest.scope,
    responseMode: rest.responseMode,
    prompt: rest.prompt,
    createdAt: rest.createdAt,
    expiresAt: rest.expiresAt,
    ...omitNullish({
      state: rest.state,
      clientNonce: rest.clientNonce,
      maxAge: rest.maxAge,
      uiLocales: rest.uiLocales,
      loginHint: rest.loginHint,
      consentedAt: rest.consentedAt,
      rememberedFor: rest.rememberedFor,
      assumedScope: rest.assumedScope,
      grantId: rest.grantId,
      deviceCodeId: rest.deviceCodeId,
    }),
  }
}

/** @param read as {@link openColumns} are read */
export function toOpen({ row, server, client }: SelectResultFields<typeof openColumns>): OpenRequest {
  return { request: toModel(row), server: serverOf(server), client: omitNullish(client) }
}

/** @param found as {@link underWayColumns} are read, where the connection may be gone */
export const toUnderWay = ({ read, ...found }: Found): UnderWay => ({ ...toOpen(found), read })

type Found = SelectResultFields<typeof openColumns> & {
  readonly read: SelectResultFields<typeof configurationColumns> | null
}
