import type { ReactNode } from 'react'
import { counted } from '@/components/console/access/client-table'
import { GrantHolderActions } from '@/components/console/access/grant-holder-actions'
import { GrantTable } from '@/components/console/access/grant-table'
import { Older } from '@/components/ui/filter-fields'
import { Moment } from '@/components/ui/moment'
import { Badge, Callout, Empty, Facts, Page, Section } from '@/components/ui/page'
import { listGrants } from '@/lib/grants/list'
import { messages } from '@/lib/messages/access'
import { translator } from '@/lib/messages/catalogue'
import { routes } from '@/lib/routes'
import type { Action } from '../../console-action'
import type { ConsoleContext } from '../../console-page'

type Holder = {
  readonly kind: 'client' | 'user'
  readonly id: string
  readonly title: string
  readonly facts: readonly (readonly [string, ReactNode])[]
  /** How many. */
  readonly grants: number
  readonly blockedAt: Date | null
  /** What finds their logins. */
  readonly logins: Readonly<Record<string, string>>
  readonly block: Action
  readonly end: Action
  readonly note?: string | undefined
  /** What has just been done, besides grants that ended. */
  readonly notice?: ReactNode
  /** What is shown after their grants, and before what ends them. */
  readonly below?: ReactNode
  /** What is shown after what ends them. */
  readonly last?: ReactNode
}

const WORDS = {
  client: { up: 'tab.clients', logins: 'showLogins', block: 'blockClientSure', end: 'endAllClient' },
  user: { up: 'tab.users', logins: 'showLoginsUser', block: 'blockUserSure', end: 'endAllUser' },
} as const

/** A client or a user: what is known of them, their grants, and how to block them. */
export async function holderPage({ scope, management, query, language }: ConsoleContext, holder: Holder) {
  const t = translator(messages, language)
  const { organization } = scope
  const { kind, id, grants, blockedAt, block, end } = holder
  const words = WORDS[kind]
  const wishes = { state: 'live', [kind]: id, ...(query.after && { after: query.after }) } as const
  const { rows, next } = await listGrants(scope, wishes, management)
  return (
    <Page
      title={holder.title}
      up={{ href: routes[`${kind}s`](organization), label: t(words.up) }}
      actions={blockedAt && <Badge tone="problem">{t('blocked')}</Badge>}
    >
      {query.ended && /^\d{1,9}$/.test(query.ended) && (
        <Callout tone="good" title={t('endedMany', { count: query.ended })}>
          {t('whatEndsLead')}
        </Callout>
      )}
      {holder.notice}
      <Section title={t('facts')}>
        <Facts
          items={[
            ...holder.facts,
            [t('grants'), counted(grants, t)],
            ...(blockedAt
              ? [[t('blockedSince'), <Moment key="blocked" at={blockedAt} language={t.language} />] as const]
              : []),
          ]}
        />
        <p>
          <a href={routes.logins(organization, holder.logins)}>{t(words.logins)}</a>
        </p>
      </Section>
      {rows.length > 0 ? (
        <Section title={t('grants')}>
          <GrantTable organization={organization} grants={rows} of={kind} t={t} />
        </Section>
      ) : (
        <Empty title={t('none')}>{t('noneHint')}</Empty>
      )}
      <Older query={{ ...query, ended: undefined, unlinked: undefined }} next={next} label={t('next')} />
      {holder.below}
      {scope.permissions.includes('revoke') && (
        <GrantHolderActions
          {...{ organization, id, grants, block, end, t }}
          isBlocked={blockedAt !== null}
          words={{ block: t(words.block), end: t(words.end) }}
          note={holder.note}
        />
      )}
      {holder.last}
    </Page>
  )
}
