import type { Server } from '@/lib/oauth/model'
import type { Registrations } from '@/lib/oauth/ports/clients'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { endpointUrl, registrationUrl } from '@/lib/oauth/protocol/urls'
import { type Finding, findingsOf } from './finding'
import type { KnownClient } from './known-clients'
import { INSPECTOR_ORIGIN } from './resource-metadata'
import { type Asked, jsonObject, quoted, type Web } from './web'

const { ok, warning, problem } = findingsOf('clients')

/**
 * Registers as this client does (RFC 7591), and takes the registration back at once (RFC 7592 §2.3): by the way of
 * clients, and where that fails by our own.
 */
export async function playRegistration(
  client: KnownClient,
  server: Server,
  web: Web,
  registrations: Pick<Registrations, 'delete'>,
  now: Date,
): Promise<readonly Finding[]> {
  const asked = await web.ask(
    endpointUrl(server.issuer, 'register'),
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: INSPECTOR_ORIGIN },
      body: JSON.stringify(client.registration),
    },
    'own',
  )
  const registered = registrationOf(asked)
  if (!registered) return [refusalFinding(client, asked)]
  const gone = await takeBack(registered, server, web, registrations, now)
  return [
    answerFinding(client, registered.body),
    ...(gone.byItself
      ? []
      : [
          warning(
            'registration_management',
            gone.byUs ? 'client.deregistration_by_us' : 'client.deregistration',
            { name: client.name, clientId: registered.clientId },
          ),
        ]),
  ]
}

type Registered = {
  readonly clientId: string
  readonly token: string
  readonly body: Readonly<Record<string, unknown>>
}

function registrationOf(asked: Asked): Registered | undefined {
  if (asked.outcome === 'failed' || asked.status !== 201) return undefined
  const body = jsonObject(asked)
  const { client_id: clientId, registration_access_token: token } = body ?? {}
  return body && typeof clientId === 'string' && typeof token === 'string'
    ? { clientId, token, body }
    : undefined
}

async function takeBack(
  { clientId, token }: Registered,
  server: Server,
  web: Web,
  registrations: Pick<Registrations, 'delete'>,
  now: Date,
): Promise<{ readonly byItself: boolean; readonly byUs: boolean }> {
  const asked = await web.ask(
    registrationUrl(server.issuer, clientId),
    { method: 'DELETE', headers: { authorization: `Bearer ${token}` } },
    'own',
  )
  const byItself = asked.outcome === 'answered' && asked.status === 204
  const ending = { at: now, step: 'authorize', outcome: 'failed', reason: 'client_deleted' } as const
  const key = { serverId: server.id, clientId, tokenHash: hashSecret(token) }
  // Also after a 204: it may have been another client's.
  const byUs = await registrations.delete(key, ending)
  return { byItself: byItself && !byUs, byUs }
}

function refusalFinding({ name }: KnownClient, asked: Asked): Finding {
  const told = [name]
  if (asked.outcome === 'failed')
    return problem('registration', 'client.registration_unreachable', { name, problem: asked.problem }, told)
  const { status } = asked
  if (status === 429) return warning('registration', 'client.registration_quota', { name }, told)
  const { error, error_description: description } = jsonObject(asked) ?? {}
  if (typeof error !== 'string')
    return problem('registration', 'client.registration_foreign', { name, status }, told)
  const said = { name, status, error: quoted(error), description: quoted(description) }
  return problem('registration', 'client.registration_refused', said, told)
}

/** RFC 7591 §3.2.1: clients rely on the returned values. */
function answerFinding({ name, registration }: KnownClient, body: Registered['body']): Finding {
  return JSON.stringify(body.redirect_uris) === JSON.stringify(registration.redirect_uris)
    ? ok('registration', 'client.registration', { name })
    : problem('registration', 'client.registration_changed', { name }, [name])
}
