import type { Mail, Mailer } from '@/lib/mail/mailer'
import { routes } from '@/lib/routes'
import type { Database } from '@/lib/store/database/database'
import { alertStore } from '@/lib/store/mail/alerts'
import { homeStore } from '@/lib/store/read/home'
import type { EndingCertificate } from './certificates'

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
 * Tells the administrators of an organization what they have to know before their users do: once for each key and
 * certificate that ends, once a day for what fails. Any number of instances may do it at the same time.
 */
export async function sendAlerts(
  { db, mailer, publicUrl }: { readonly db: Database; readonly mailer: Mailer; readonly publicUrl: string },
  certificates: readonly EndingCertificate[],
): Promise<void> {
  const store = alertStore(db)
  for (const { path, ...alert } of [...(await failing(db)), ...certificates.map(certificateAlert)])
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

const certificateAlert = ({ connection, ends }: EndingCertificate): Alert => ({
  kind: 'alert_certificate',
  organizationId: connection.organizationId,
  path: routes.connection(connection.organization, connection.slug),
  values: { connection: connection.name, date: ends.toISOString().slice(0, 10) },
  occasion: `certificate ${connection.id} ${ends.toISOString()}`,
})
