import { Moment } from '@/components/ui/moment'
import { Clip, Table } from '@/components/ui/table'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/members'
import { routes } from '@/lib/routes'

type Secret = {
  readonly kind: keyof typeof PAGES
  readonly name: string
  readonly place: string
  readonly since: Date
}

/** Where a secret is replaced. */
const PAGES = {
  client: routes.serverClients,
  registration: routes.serverClients,
  resource: routes.serverTokens,
  scim: routes.connection,
  connection: routes.connection,
  webhook: routes.webhook,
} as const

type KnownSecretTableProps = {
  readonly secrets: readonly Secret[]
  readonly organization: string
  readonly language: Language
}

/** Secrets of an organization that an account knows and that outlive it, each with a link to where it is replaced. */
export function KnownSecretTable({ secrets, organization, language }: KnownSecretTableProps) {
  const t = translator(messages, language)
  return (
    <Table
      caption={t('members.known')}
      rows={secrets}
      keyOf={({ kind, name, place }) => `${kind} ${name} ${place}`}
      columns={[
        { title: t('members.kind'), cell: ({ kind }) => t(`members.secret.${kind}`) },
        {
          title: t('members.name'),
          long: true,
          cell: ({ kind, name, place }) => (
            <a href={PAGES[kind](organization, place)}>
              <Clip>{name}</Clip>
            </a>
          ),
        },
        { title: t('members.knownSince'), cell: ({ since }) => <Moment at={since} language={language} /> },
      ]}
    />
  )
}
