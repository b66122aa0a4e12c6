import { ApplicationName } from '@/components/application-mark'
import { Moment } from '@/components/ui/moment'
import { Badge, type Tone } from '@/components/ui/page'
import { Clip, type Column, Table } from '@/components/ui/table'
import type { GrantState, SeenGrant } from '@/lib/grants/list'
import { routes } from '@/lib/routes'
import type { AccessTexts } from './access-tabs'

const TONES: Readonly<Record<GrantState, Tone>> = { connected: 'good', idle: 'neutral', revoked: 'neutral' }

/** Whether anything can still be done with a grant. */
export function GrantBadge({ grant, t }: { readonly grant: SeenGrant; readonly t: AccessTexts }) {
  const isBlocked = grant.state !== 'revoked' && Boolean(grant.clientBlockedAt ?? grant.userBlockedAt)
  if (isBlocked) return <Badge tone="problem">{t('blocked')}</Badge>
  return <Badge tone={TONES[grant.state]}>{t(`state.${grant.state}`)}</Badge>
}

type GrantTableProps = {
  /** Slug. */
  readonly organization: string
  readonly grants: readonly SeenGrant[]
  /** Whose grants these are, where that is the same for all. */
  readonly of?: 'user' | 'client'
  readonly t: AccessTexts
}

/** Grants, the newest first. */
export function GrantTable({ organization, grants, of, t }: GrantTableProps) {
  return (
    <Table
      caption={t('captionGrants')}
      rows={grants}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => routes.grant(organization, id)}
      columns={[
        ...only(of !== 'user', {
          title: t('user'),
          long: true,
          cell: ({ userId, userEmail, userName }) =>
            userId ? (
              <a href={routes.user(organization, userId)}>
                <Clip>{userEmail ?? userName ?? userId}</Clip>
              </a>
            ) : (
              '–'
            ),
        }),
        ...only(of !== 'client', {
          title: t('client'),
          cell: ({ clientRowId, clientName, clientId }) => (
            <a href={routes.client(organization, clientRowId)}>
              <ApplicationName clientId={clientId} name={clientName} />
            </a>
          ),
        }),
        { title: t('server'), cell: ({ serverName }) => <Clip>{serverName}</Clip> },
        { title: t('since'), cell: ({ createdAt }) => <Moment at={createdAt} language={t.language} /> },
        {
          title: t('lastUse'),
          cell: ({ lastTokenAt, lastNetwork }) =>
            lastTokenAt ? (
              <>
                <Moment at={lastTokenAt} language={t.language} />
                {lastNetwork && <small className="grant-network">{lastNetwork}</small>}
              </>
            ) : (
              '–'
            ),
        },
        {
          title: t('state'),
          cell: (grant) => (
            <a href={routes.grant(organization, grant.id)}>
              <GrantBadge grant={grant} t={t} />
            </a>
          ),
        },
      ]}
    />
  )
}

const only = (isShown: boolean, column: Column<SeenGrant>) => (isShown ? [column] : [])
