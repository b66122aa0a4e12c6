import { ApplicationName } from '@/components/application-mark'
import { Moment } from '@/components/ui/moment'
import { Badge } from '@/components/ui/page'
import { Clip, Table } from '@/components/ui/table'
import type { SeenClient } from '@/lib/grants/list'
import { routes } from '@/lib/routes'
import type { AccessTexts } from './access-tabs'

/** Grants are counted only so far: see `COUNT_LIMIT` of `lib/store/read/clients-and-users.ts`. */
export const counted = (count: number, t: AccessTexts) => (count < 1000 ? count : t('many', { count }))

type ClientTableProps = {
  /** Slug. */
  readonly organization: string
  readonly clients: readonly SeenClient[]
  readonly t: AccessTexts
}

/** Clients, with how many grants they have. */
export function ClientTable({ organization, clients, t }: ClientTableProps) {
  return (
    <Table
      caption={t('captionClients')}
      rows={clients}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => routes.client(organization, id)}
      columns={[
        {
          title: t('client'),
          long: true,
          cell: ({ id, name, clientId }) => (
            <a href={routes.client(organization, id)}>
              <ApplicationName clientId={clientId} name={name} />
            </a>
          ),
        },
        { title: t('known'), cell: ({ kind }) => t(`clientKind.${kind}`) },
        { title: t('server'), cell: ({ serverName }) => <Clip>{serverName}</Clip> },
        {
          title: t('lastLogin'),
          cell: ({ lastLoginAt }) => (lastLoginAt ? <Moment at={lastLoginAt} language={t.language} /> : '–'),
        },
        { title: t('grants'), isNumber: true, cell: ({ grants }) => counted(grants, t) },
        {
          title: t('state'),
          cell: ({ blockedAt }) => (blockedAt ? <Badge tone="problem">{t('blocked')}</Badge> : t('allowed')),
        },
      ]}
    />
  )
}
