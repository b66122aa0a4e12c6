import type { SeenClient } from '@/lib/grants/list'
import { routes } from '@/lib/routes'
import { Moment } from '../moment'
import { Badge } from '../page'
import { Table } from '../table'
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
      columns={[
        {
          title: t('client'),
          cell: ({ id, name, clientId }) => (
            <a href={routes.client(organization, id)}>
              <bdi className="foreign">{name ?? clientId}</bdi>
            </a>
          ),
        },
        { title: t('known'), cell: ({ kind }) => t(`clientKind.${kind}`) },
        { title: t('server'), cell: ({ serverName }) => serverName },
        {
          title: t('lastLogin'),
          cell: ({ lastLoginAt }) => (lastLoginAt ? <Moment at={lastLoginAt} language={t.language} /> : '–'),
        },
        { title: t('grants'), cell: ({ grants }) => counted(grants, t) },
        {
          title: t('state'),
          cell: ({ blockedAt }) =>
            blockedAt ? <Badge tone="problem">{t('blocked')}</Badge> : <Badge>{t('allowed')}</Badge>,
        },
      ]}
    />
  )
}
