import { Sentence } from '@/components/sentence'
import { Moment } from '@/components/ui/moment'
import { Table } from '@/components/ui/table'
import { messages } from '@/lib/messages/audit'
import { messages as actions } from '@/lib/messages/audit-actions'
import { type Language, translator } from '@/lib/messages/catalogue'
import { actorIn } from './actor-name'
import { AuditDetail } from './audit-detail'
import type { AuditRow } from './audit-row'

/** Entries of the audit log: each is a sentence, and what exactly changed is a click away. */
export function AuditTable({ language, entries }: { language: Language; entries: readonly AuditRow[] }) {
  const t = translator(messages, language)
  return (
    <Table
      caption={t('audit.title')}
      rows={entries}
      keyOf={({ sequence }) => String(sequence)}
      columns={[
        { title: t('audit.sequence'), cell: ({ sequence, hash }) => <span title={hash}>{sequence}</span> },
        { title: t('audit.at'), cell: ({ at }) => <Moment at={at} language={language} /> },
        {
          title: t('audit.action'),
          long: true,
          isTitle: true,
          cell: (entry) => (
            <>
              <AuditSentence entry={entry} language={language} />
              <AuditDetail entry={entry} t={t} />
            </>
          ),
        },
        { title: t('audit.actor'), cell: ({ actorKind }) => kindOf(actorKind, language) },
      ]}
    />
  )
}

/** What was done, by whom and to what. */
function AuditSentence({ entry, language }: { readonly entry: AuditRow; readonly language: Language }) {
  const sentences: Readonly<Record<string, string>> = actions[language]
  const name = (text: string) => <bdi className="breakable name">{text}</bdi>
  const values = {
    actor: name(actorIn(entry, language)),
    target: name(entry.targetName),
    action: <code>{entry.action}</code>,
  }
  return (
    <p className="audit-sentence">
      <Sentence text={sentences[entry.action] ?? actions[language].other} values={values} />
    </p>
  )
}

function kindOf(kind: string, language: Language): string {
  const words: Readonly<Record<string, string>> = messages[language]
  return words[`kind.${kind}`] ?? kind
}
