import type { ReactNode } from 'react'
import { Moment } from '@/components/ui/moment'
import { Facts } from '@/components/ui/page'
import type { SeenGrant } from '@/lib/grants/list'
import { routes } from '@/lib/routes'
import type { AccessTexts } from './access-tabs'

type GrantFactsProps = {
  /** Slug. */
  readonly organization: string
  readonly grant: SeenGrant
  readonly t: AccessTexts
}

/** What was given, by whom, to whom, and what became of it. */
export function GrantFacts({ organization, grant, t }: GrantFactsProps) {
  const { userId, userEmail, userName, clientName, clientId, lastTokenAt, refreshableUntil, revokedAt } =
    grant
  const items: readonly (readonly [string, ReactNode])[] = [
    [
      t('user'),
      userId ? (
        <a key="user" href={routes.user(organization, userId)}>
          <bdi className="foreign">{userEmail ?? userName ?? userId}</bdi>
        </a>
      ) : (
        t('noUser')
      ),
    ],
    [
      t('client'),
      <a key="client" href={routes.client(organization, grant.clientRowId)}>
        <bdi className="foreign">{clientName ?? clientId}</bdi>
      </a>,
    ],
    [t('server'), grant.serverName],
    [t('kind'), t(`kind.${grant.kind}`)],
    [t('scope'), <code key="scope">{grant.scope.join(' ') || '–'}</code>],
    [t('since'), <Moment key="since" at={grant.createdAt} language={t.language} />],
    [t('lastUse'), lastTokenAt ? <Moment key="last" at={lastTokenAt} language={t.language} /> : '–'],
    ...(grant.lastNetwork ? [[t('lastNetwork'), <code key="from">{grant.lastNetwork}</code>] as const] : []),
    ...(refreshableUntil
      ? [[t('expires'), <Moment key="until" at={refreshableUntil} language={t.language} />] as const]
      : []),
    ...(revokedAt
      ? [[t('endedOn'), <Moment key="ended" at={revokedAt} language={t.language} />] as const]
      : []),
    ...(grant.revokedReason ? [[t('because'), <code key="why">{grant.revokedReason}</code>] as const] : []),
  ]
  return <Facts items={items} />
}
