import { ActionButton } from '@/components/ui/action-form'
import type { FormState } from '@/components/ui/form-state'
import { Moment } from '@/components/ui/moment'
import { Badge, Section } from '@/components/ui/page'
import { Clip, Table } from '@/components/ui/table'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/operator-account'
import { AddPasskey } from './passkey-buttons'

type Action = (state: FormState | null, form: FormData) => Promise<FormState>

type PasskeysProps = {
  readonly language: Language
  readonly passkeys: readonly { readonly id: string; readonly name?: string; readonly createdAt: Date }[]
  readonly remove: Action
}

/** The keys that let the operator in without a password. */
export function Passkeys({ language, passkeys, remove }: PasskeysProps) {
  const t = translator(messages, language)
  return (
    <Section title={t('passkeys.title')} lead={t('passkeys.lead')}>
      {passkeys.length > 0 && (
        <Table
          caption={t('passkeys.title')}
          rows={passkeys}
          keyOf={({ id }) => id}
          columns={[
            { title: t('passkeys.name'), cell: ({ name }) => <bdi>{name || t('passkeys.unnamed')}</bdi> },
            {
              title: t('passkeys.added'),
              cell: ({ createdAt }) => <Moment at={createdAt} language={language} />,
            },
            {
              title: t('passkeys.remove'),
              cell: ({ id }) => (
                <ActionButton
                  action={remove}
                  fields={{ id }}
                  tone="danger"
                  confirm={t('passkeys.removeConfirm')}
                >
                  {t('passkeys.remove')}
                </ActionButton>
              ),
            },
          ]}
        />
      )}
      <noscript>
        <p>{t('passkeys.script')}</p>
      </noscript>
      <AddPasskey
        label={t('passkeys.newName')}
        submit={t('passkeys.add')}
        sentences={{ failed: t('passkeys.failed'), stale: t('passkeys.stale') }}
      />
    </Section>
  )
}

type Session = {
  readonly id: string
  readonly createdAt: Date
  readonly address?: string
  readonly userAgent?: string
  readonly isThis: boolean
}

type SessionsProps = {
  readonly language: Language
  readonly sessions: readonly Session[]
  readonly endOthers: Action
}

/** Where the operator is signed in. */
export function Sessions({ language, sessions, endOthers }: SessionsProps) {
  const t = translator(messages, language)
  return (
    <Section title={t('sessions.title')}>
      <Table
        caption={t('sessions.title')}
        rows={sessions}
        keyOf={({ id }) => id}
        columns={[
          {
            title: t('sessions.browser'),
            long: true,
            cell: ({ userAgent, isThis }) => (
              <>
                <Clip>{browserOf(userAgent) ?? t('sessions.unknown')}</Clip>
                {isThis && <Badge tone="good">{t('sessions.this')}</Badge>}
              </>
            ),
          },
          { title: t('sessions.address'), cell: ({ address }) => addressOf(address) },
          {
            title: t('sessions.since'),
            cell: ({ createdAt }) => <Moment at={createdAt} language={language} />,
          },
        ]}
      />
      {sessions.length > 1 && (
        <p className="form-actions">
          <ActionButton action={endOthers}>{t('sessions.end')}</ActionButton>
        </p>
      )}
    </Section>
  )
}

/** The unspecified address stands for an unknown one. */
const addressOf = (address: string | undefined) => (address && !/^[0:.]+$/.test(address) ? address : '–')

/** In this order: each also says the names of those after it. */
const BROWSERS = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const

/** `Firefox, Linux`: enough to tell one's own browsers apart. What else is said is shown as it is, cut short. */
function browserOf(userAgent: string | undefined): string | undefined {
  if (!userAgent) return undefined
  const [, browser] = BROWSERS.find(([mark]) => userAgent.includes(mark)) ?? []
  const system = /\b(Windows|Android|iPhone|iPad|Mac OS X|CrOS|Linux)\b/.exec(userAgent)?.[1]
  if (!browser || !system) return userAgent.slice(0, 60)
  return `${browser}, ${system.replace('Mac OS X', 'macOS')}`
}
