import type { TestView } from '@/lib/management/connections/run-test'
import { formatInstant, type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/connections'
import { OutcomeBadge } from '../console/connections/test-report'
import { Table } from '../console/table'

type SetupTestsProps = {
  readonly tests: readonly TestView[]
  readonly at: string
  readonly language: Language
}

/** The tests that were begun with a link. */
export function SetupTests({ tests, at, language }: SetupTestsProps) {
  const t = translator(messages, language)
  return (
    <Table
      caption={t('test.list')}
      keyOf={({ id }) => id}
      rows={tests}
      columns={[
        {
          title: t('test.when'),
          cell: ({ id, createdAt }) => <a href={`${at}/test/${id}`}>{formatInstant(createdAt, language)}</a>,
        },
        { title: t('test.result'), cell: ({ outcome }) => <OutcomeBadge outcome={outcome} t={t} /> },
      ]}
    />
  )
}
