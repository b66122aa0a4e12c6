import type { NewAuthorizationRequest } from '@/lib/oauth/ports/authorization-requests'
import type { RememberedVersions } from '@/lib/oauth/ports/tokens'
import type { TimelineEvent } from '@/lib/oauth/timeline'
import type { Database } from '@/lib/store/database/database'
import { statement } from '@/lib/store/database/statement'
import { linesOf } from '../timeline'
import { isAsRemembered } from './conditions'

type Values = {
  readonly id: string
  readonly reference: string
  readonly serverId: string
  readonly serverVersion: number
  readonly clientRowId: string
  readonly clientVersion: number
  readonly clientId: string
  readonly redirectUri: string
  readonly state: string | undefined
  readonly scope: string
  readonly responseMode: string
  readonly clientNonce: string | undefined
  readonly prompt: string
  readonly maxAge: number | undefined
  readonly uiLocales: string | undefined
  readonly loginHint: string | undefined
  readonly createdAt: string
  readonly expiresAt: string
  readonly timeline: string
}

const begin = statement<Values, { readonly id: string }>(
  (value) => `
    insert into authorization_requests (
      id, reference, server_id, client_row_id, client_id, redirect_uri, state, scope, response_mode, client_nonce,
      prompt, max_age, ui_locales, login_hint, created_at, expires_at, timeline
    )
    select ${value('id')}::text, ${value('reference')}::text, ${value('serverId')}::text,
      ${value('clientRowId')}::text, ${value('clientId')}::text, ${value('redirectUri')}::text,
      ${value('state')}::text, ${value('scope')}::jsonb, ${value('responseMode')}::text,
      ${value('clientNonce')}::text, ${value('prompt')}::jsonb, ${value('maxAge')}::int,
      ${value('uiLocales')}::text, ${value('loginHint')}::text, ${value('createdAt')}::timestamptz,
      ${value('expiresAt')}::timestamptz, ${value('timeline')}::jsonb
    where ${isAsRemembered('servers', value('serverId'), value('serverVersion'))}
      and ${isAsRemembered('clients', value('clientRowId'), value('clientVersion'))}
    on conflict (reference) do nothing
    returning id`,
)

/**
 * One statement for a request whose server and client are remembered. Decision 0061.
 *
 * @returns whether it was written: neither where one of them has changed, nor where the reference is taken
 */
export async function beginRemembered(
  db: Database,
  { scope, prompt, expiresAt, ...request }: NewAuthorizationRequest,
  { server, client }: RememberedVersions,
  drawn: { readonly id: string; readonly reference: string },
  event: TimelineEvent,
): Promise<boolean> {
  const rows = await begin(db, {
    ...drawn,
    serverId: request.serverId,
    serverVersion: server,
    clientRowId: request.clientRowId,
    clientVersion: client,
    clientId: request.clientId,
    redirectUri: request.redirectUri,
    state: request.state,
    scope: JSON.stringify(scope),
    responseMode: request.responseMode,
    clientNonce: request.clientNonce,
    prompt: JSON.stringify(prompt),
    maxAge: request.maxAge,
    uiLocales: request.uiLocales,
    loginHint: request.loginHint,
    createdAt: event.at.toISOString(),
    expiresAt: expiresAt.toISOString(),
    timeline: linesOf(event),
  })
  return rows.length > 0
}
