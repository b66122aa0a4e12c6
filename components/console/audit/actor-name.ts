import { messages } from '@/lib/messages/audit'
import { type Language, translator } from '@/lib/messages/catalogue'

type Actor = { readonly actorKind?: string; readonly actorName: string }

/** What `lib/setup-links` writes down of who holds a link; other names have no such words in them, or read the same. */
const INVITED = /^(.*), invited by (.*)$/s

/** Who did something, in the language of the page: names are stored in English where they are words of ours. */
export function actorIn({ actorKind, actorName }: Actor, language: Language): string {
  const t = translator(messages, language)
  if (actorKind === 'command_line') return t('kind.command_line')
  const [, name, who] = INVITED.exec(actorName) ?? []
  return name !== undefined && who !== undefined ? t('invitedBy', { name, who }) : actorName
}
