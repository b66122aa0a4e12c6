import { Clip, Table } from '@/components/ui/table'
import { type Language, translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/members'

type Made = { readonly id: string; readonly createdBy: string }

type EndingTableProps = {
  readonly descent: {
    readonly apiKeys: readonly (Made & { readonly name: string })[]
    readonly setupLinks: readonly (Made & { readonly label: string })[]
    readonly invitations: readonly { readonly id: string; readonly email: string }[]
    readonly passwordLinks: readonly { readonly id: string; readonly address: string }[]
  }
  readonly language: Language
}

/** What was made by an account or with its keys, and ends with it. */
export function EndingTable({ descent, language }: EndingTableProps) {
  const t = translator(messages, language)
  const rows = [
    ...descent.apiKeys.map(({ id, name, createdBy }) => ({ kind: 'api_key', id, name, createdBy }) as const),
    ...descent.setupLinks.map(
      ({ id, label, createdBy }) => ({ kind: 'setup_link', id, name: label, createdBy }) as const,
    ),
    ...descent.invitations.map(
      ({ id, email }) => ({ kind: 'invitation', id, name: email, createdBy: '' }) as const,
    ),
    ...descent.passwordLinks.map(
      ({ id, address }) => ({ kind: 'password_link', id, name: address, createdBy: '' }) as const,
    ),
  ]
  if (rows.length === 0) return <p>{t('members.endsNothing')}</p>
  return (
    <Table
      caption={t('members.ends')}
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        { title: t('members.kind'), cell: ({ kind }) => t(`members.kind.${kind}`) },
        { title: t('members.name'), long: true, cell: ({ name }) => <Clip>{name}</Clip> },
        { title: t('members.madeBy'), long: true, cell: ({ createdBy }) => <Clip>{createdBy}</Clip> },
      ]}
    />
  )
}
