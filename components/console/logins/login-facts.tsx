import type { ReactNode } from 'react'
import { ApplicationName } from '@/components/application-mark'
import { Moment } from '@/components/ui/moment'
import { Facts } from '@/components/ui/page'
import type { ExplainedLogin } from '@/lib/logins/logins'
import { routes } from '@/lib/routes'
import type { LoginTexts } from './outcome-badge'

type LoginFactsProps = {
  /** Slug. */
  readonly organization: string
  readonly login: ExplainedLogin
  readonly t: LoginTexts
}

/** Who asked, from where and for what. */
export function LoginFacts({ organization, login, t }: LoginFactsProps) {
  const linked = (href: string | null, text: ReactNode) => (href ? <a href={href}>{text}</a> : text)
  const { clientRowId, clientName, clientId, userId, userEmail, userName } = login
  const items: readonly (readonly [string, ReactNode])[] = [
    [t('began'), <Moment key="began" at={login.createdAt} exact language={t.language} />],
    [
      t('user'),
      linked(
        userId && routes.user(organization, userId),
        <bdi className="foreign">{userEmail ?? userName ?? userId ?? t('unknown')}</bdi>,
      ),
    ],
    ...(login.loginHint ? [[t('hint'), <bdi key="hint">{login.loginHint}</bdi>] as const] : []),
    [
      t('client'),
      linked(
        clientRowId && routes.client(organization, clientRowId),
        <ApplicationName clientId={clientId} name={clientName ?? clientId ?? t('unknown')} />,
      ),
    ],
    ...(clientId ? [[t('clientId'), <code key="id">{clientId}</code>] as const] : []),
    [t('server'), login.serverName],
    ...(login.scope.length > 0
      ? [[t('scope'), <code key="scope">{login.scope.join(' ')}</code>] as const]
      : []),
    ...(login.deviceCodeId
      ? [[t('redirectUri'), t('device')] as const]
      : login.redirectUri
        ? [[t('redirectUri'), <code key="uri">{login.redirectUri}</code>] as const]
        : []),
    ...(login.grantId
      ? [
          [
            t('grant'),
            <a key="grant" href={routes.grant(organization, login.grantId)}>
              {t('showGrant')}
            </a>,
          ] as const,
        ]
      : []),
  ]
  return <Facts items={items} />
}
