import { Moment } from '@/components/ui/moment'
import { Badge } from '@/components/ui/page'
import { Clip, Table } from '@/components/ui/table'
import type { SeenUser } from '@/lib/grants/list'
import { routes } from '@/lib/routes'
import type { AccessTexts } from './access-tabs'
import { counted } from './client-table'

type UserTableProps = {
  /** Slug. */
  readonly organization: string
  readonly users: readonly SeenUser[]
  readonly t: AccessTexts
}

/** Users, with how many grants they have. */
export function UserTable({ organization, users, t }: UserTableProps) {
  return (
    <Table
      caption={t('captionUsers')}
      rows={users}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => routes.user(organization, id)}
      columns={[
        {
          title: t('user'),
          long: true,
          cell: ({ id, email, name, subject }) => (
            <a href={routes.user(organization, id)}>
              <Clip>{email ?? name ?? subject}</Clip>
            </a>
          ),
        },
        {
          title: t('source'),
          long: true,
          cell: ({ identitySource }) => <Clip>{identitySource}</Clip>,
        },
        {
          title: t('lastLogin'),
          cell: ({ lastLoginAt }) => <Moment at={lastLoginAt} language={t.language} />,
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
