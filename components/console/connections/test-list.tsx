import { Moment } from '@/components/ui/moment'
import { Table } from '@/components/ui/table'
import type { TestView } from '@/lib/connections/run-test'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/connections'
import { actorIn } from '../audit/actor-name'
import { OutcomeBadge } from './test-report'

type TestListProps = {
  readonly tests: readonly TestView[]
  readonly at: string
  /** Says who began each: for operators. */
  readonly withNames?: boolean
  readonly language: Language
}

/** Tests of a connection, each with a link to its report. */
export function TestList({ tests, at, withNames = false, language }: TestListProps) {
  const t = translator(messages, language)
  return (
    <Table
      caption={t('test.list')}
      keyOf={({ id }) => id}
      rows={tests}
      columns={[
        {
          title: t('test.when'),
          cell: ({ id, createdAt }) => (
            <a href={`${at}/test/${id}`}>
              <Moment at={createdAt} language={language} />
            </a>
          ),
        },
        { title: t('test.result'), cell: ({ outcome }) => <OutcomeBadge outcome={outcome} t={t} /> },
        ...(withNames
          ? [
              {
                title: t('test.who'),
                cell: ({ operatorName }: TestView) => (
                  <bdi>{actorIn({ actorName: operatorName }, language)}</bdi>
                ),
              },
            ]
          : []),
      ]}
    />
  )
}
