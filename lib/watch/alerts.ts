import type { Mail, Mailer } from '@/lib/mail/mailer'
import { keptOut } from '@/lib/oauth/clients/standing'
import type { Client } from '@/lib/oauth/model'
import { clientIdHost } from '@/lib/oauth/protocol/client-id-url'
import { ENDS_SOON } from '@/lib/oauth/protocol/lifetimes'
import { redirectHost } from '@/lib/oauth/protocol/redirect-uri'
import { routes } from '@/lib/routes'
import type { Database } from '@/lib/store/database/database'
import { alertStore } from '@/lib/store/mail/alerts'
import type { ConnectionEnds } from '@/lib/store/mail/connection-ends'
import { homeStore } from '@/lib/store/read/home'
import { waitingClientStore } from '@/lib/store/read/waiting-clients'

type Alert = {
  readonly kind: Extract<Mail['kind'], `alert_${string}`>
  readonly organizationId: string
  /** A path of the console. */
  readonly path: string
  readonly values: Readonly<Record<string, string>>
  /** There is one mail for it to an administrator. */
  readonly occasion: string
}

const DAY = 86_400_000

/** Organizations that are looked at. */
const MOST = 10_000

/**
 * Tells the administrators of an organization what they have to know before their users do: once for each key,
 * secret and certificate that ends and each client that waits, once a day for what fails. Any number of instances may do it at the same time.
 */
export async function sendAlerts(
  { db, mailer, publicUrl }: { readonly db: Database; readonly mailer: Mailer; readonly publicUrl: string },
  ends: readonly ConnectionEnds[],
): Promise<void> {
  const store = alertStore(db)
  const soon = new Date(db.clock.now().getTime() + ENDS_SOON * 1000)
  const alerts = [
    ...(await failing(db)),
    ...(await waiting(db)),
    ...ends.flatMap((connection) => ending(connection, soon)),
  ]
  for (const { path, ...alert } of alerts)
    for (const to of await store.administrators(alert.organizationId))
      await mailer.send({ ...alert, to, link: publicUrl + path })
}

async function failing(db: Database): Promise<readonly Alert[]> {
  const now = db.clock.now()
  const today = now.toISOString().slice(0, 10)
  const store = alertStore(db)
  const { rows } = await homeStore(db).organizations('', { everywhere: true, limit: MOST }, now)
  const broken = rows.flatMap(({ id, slug, failing: connection }): Alert[] =>
    connection
      ? [
          {
            kind: 'alert_connection',
            organizationId: id,
            path: routes.logins(slug),
            values: { connection: connection.name },
            occasion: `connection ${id} ${connection.slug} ${today}`,
          },
        ]
      : [],
  )
  const keys = (await store.endingKeys(now)).map(
    ({ organizationId, organization, id, name, ends }): Alert => ({
      kind: 'alert_key',
      organizationId,
      path: routes.keys(organization),
      values: { key: name, date: ends.slice(0, 10) },
      occasion: `key ${id}`,
    }),
  )
  const dead = (await store.deadWebhooks(new Date(now.getTime() - DAY))).map(
    ({ organizationId, organization, id, url }): Alert => ({
      kind: 'alert_webhook',
      organizationId,
      path: routes.webhook(organization, id),
      values: { host: new URL(url).host },
      occasion: `webhook ${id} ${today}`,
    }),
  )
  return [...broken, ...keys, ...dead]
}

/** Clients that an organization's administrators are told of in an hour: anyone may have more of them wait. */
const CLIENTS_AN_HOUR = 5

/** Clients that wait until an administrator allows them, those that asked first. Decision 0095. */
async function waiting(db: Database): Promise<readonly Alert[]> {
  const now = db.clock.now()
  const store = waitingClientStore(db)
  const alerts: Alert[] = []
  for (const { id: organizationId, slug } of await store.organizations(now)) {
    const listed = await store.list(organizationId, now)
    const asking = listed.filter(({ client, server }) => keptOut(server, client) === 'client_waiting')
    const told = await alertStore(db).occasions(organizationId, 'alert_client', now)
    const news = asking.filter(({ client }) => !told.all.has(occasionOf(client)))
    for (const { client, server } of news.slice(0, Math.max(CLIENTS_AN_HOUR - told.recent, 0)))
      alerts.push({
        kind: 'alert_client',
        organizationId,
        path: routes.serverClients(slug, server.slug),
        values: {
          client: client.name ?? client.clientId,
          host: hostOf(client),
          server: server.name,
          waiting: String(asking.length),
        },
        occasion: occasionOf(client),
      })
  }
  return alerts
}

const occasionOf = ({ id }: Client) => `client ${id}`

/** What of a client cannot be made up: where its document lies, or where codes go. */
const hostOf = ({ kind, clientId, redirectUris: [first = ''] }: Client) =>
  kind === 'metadata_document' ? clientIdHost(clientId) : redirectHost(first)

function ending({ certificate, secret, ...connection }: ConnectionEnds, soon: Date): readonly Alert[] {
  const { id, organizationId, organization, slug, name } = connection
  const path = routes.connection(organization, slug)
  const alert = (kind: 'alert_certificate' | 'alert_secret', date: string, occasion: string): Alert => ({
    kind,
    organizationId,
    path,
    values: { connection: name, date },
    occasion,
  })
  const certificateEnd = certificate?.toISOString()
  return [
    ...(certificate && certificateEnd && certificate <= soon
      ? [alert('alert_certificate', certificateEnd.slice(0, 10), `certificate ${id} ${certificateEnd}`)]
      : []),
    ...(secret && new Date(secret) <= soon ? [alert('alert_secret', secret, `secret ${id} ${secret}`)] : []),
  ]
}
