import type { ReactNode } from 'react'
import { Moment } from '@/components/ui/moment'
import { Badge } from '@/components/ui/page'
import { Clip, Table } from '@/components/ui/table'
import { type Language, translator } from '@/lib/messages/catalogue'
import { detailIn } from '@/lib/messages/findings/detail'
import { messages } from '@/lib/messages/webhooks'

type Delivery = {
  readonly id: string
  readonly sequence: number
  readonly action?: string
  readonly state: 'waiting' | 'delivered' | 'dead'
  readonly attempts: number
  readonly nextAttemptAt: Date
  readonly lastAttemptAt?: Date
  readonly lastStatus?: number
  readonly lastProblem?: string
  readonly lastAnswer?: string
}

type DeliveryTableProps = {
  readonly deliveries: readonly Delivery[]
  readonly language: Language
  readonly now: Date
  /** What can be done with one; absent where nothing may. */
  readonly again?: (delivery: Delivery) => ReactNode
}

const TONES = { waiting: 'neutral', delivered: 'good', dead: 'problem' } as const

/** Entries of the audit log on their way to a webhook. */
export function DeliveryTable({ deliveries, language, now, again }: DeliveryTableProps) {
  const t = translator(messages, language)
  return (
    <Table
      caption={t('deliveries')}
      rows={deliveries}
      keyOf={({ id }) => id}
      columns={[
        {
          title: t('entry'),
          long: true,
          cell: ({ sequence, action }) => (
            <code>
              <Clip>{action ? `${sequence} ${action}` : String(sequence)}</Clip>
            </code>
          ),
        },
        {
          title: t('state'),
          cell: ({ state }) => <Badge tone={TONES[state]}>{t(`delivery.${state}`)}</Badge>,
        },
        {
          title: t('attempts'),
          cell: ({ attempts, state, nextAttemptAt }) => (
            <>
              {attempts}
              {state === 'waiting' && attempts > 0 && nextAttemptAt > now && (
                <>
                  {' · '}
                  {t('next')} <Moment at={nextAttemptAt} language={t.language} />
                </>
              )}
            </>
          ),
        },
        { title: t('answer'), long: true, cell: (delivery) => <Answer delivery={delivery} t={t} /> },
        ...(again ? [{ title: t('action'), cell: again }] : []),
      ]}
    />
  )
}

type AnswerProps = {
  readonly delivery: Delivery
  readonly t: ReturnType<typeof translator<keyof (typeof messages)['en']>>
}

/** Stored as it was written. */
function Problem({ text, language }: { readonly text: string; readonly language: Language }) {
  const said = detailIn(text, language)
  return (
    <span lang={said.lang} className="problem">
      {said.text}
    </span>
  )
}

/** What came back the last time, and when. */
function Answer({ delivery: { lastStatus, lastProblem, lastAnswer, lastAttemptAt }, t }: AnswerProps) {
  if (lastStatus === undefined && lastProblem === undefined) return <>–</>
  return (
    <>
      {lastStatus !== undefined && t('status', { status: lastStatus })}
      {lastProblem && <Problem text={lastProblem} language={t.language} />}
      {lastAttemptAt && (
        <small>
          <Moment at={lastAttemptAt} language={t.language} />
        </small>
      )}
      {lastAnswer && (
        <>
          <br />
          <Clip>{lastAnswer}</Clip>
        </>
      )}
    </>
  )
}
