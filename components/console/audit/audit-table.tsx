import { Table } from '@/components/console/table'
import { messages } from '@/lib/messages/audit'
import { formatInstant, type Language, translator } from '@/lib/messages/catalogue'

type Entry = {
  readonly sequence: number
  readonly at: Date
  readonly actorKind: string
  readonly actorName: string
  readonly action: string
  readonly targetKind: string
  readonly targetName: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly hash: string
}

/** Entries of the audit log. */
export function AuditTable({ language, entries }: { language: Language; entries: readonly Entry[] }) {
  const t = translator(messages, language)
  return (
    <Table
      caption={t('audit.title')}
      rows={entries}
      keyOf={({ sequence }) => String(sequence)}
      columns={[
        { title: t('audit.sequence'), cell: ({ sequence, hash }) => <span title={hash}>{sequence}</span> },
        {
          title: t('audit.at'),
          cell: ({ at }) => <time dateTime={at.toISOString()}>{formatInstant(at, language)}</time>,
        },
        {
          title: t('audit.actor'),
          cell: ({ actorKind, actorName }) => (
            <>
              <bdi className="breakable">{actorName}</bdi>
              <br />
              <span className="audit-kind">{kindOf(actorKind, language)}</span>
            </>
          ),
        },
        { title: t('audit.action'), cell: ({ action }) => <code>{action}</code> },
        { title: t('audit.target'), cell: ({ targetName }) => <bdi className="breakable">{targetName}</bdi> },
        { title: t('audit.detail'), cell: ({ detail }) => <Detail detail={detail} /> },
      ]}
    />
  )
}

function Detail({ detail }: Pick<Entry, 'detail'>) {
  const entries = Object.entries(detail)
  if (entries.length === 0) return <>–</>
  return (
    <ul className="audit-detail">
      {entries.map(([name, value]) => (
        <li key={name}>
          {name}: <bdi className="breakable">{typeof value === 'string' ? value : JSON.stringify(value)}</bdi>
        </li>
      ))}
    </ul>
  )
}

function kindOf(kind: string, language: Language): string {
  const words: Readonly<Record<string, string>> = messages[language]
  return words[`kind.${kind}`] ?? kind
}
