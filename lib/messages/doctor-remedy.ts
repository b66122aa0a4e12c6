import type { Language } from './catalogue'
import { messages } from './remedies'

type Said = { readonly check: string; readonly remedy?: string }

/**
 * What the doctor says to do, as far as it is what timelines say of the same reason: that is known in every language.
 *
 * @returns `remedy` is the rest, in English, and absent where there is none
 */
export function inOwnWords({ check, remedy }: Said, language: Language) {
  const reason = Object.keys(messages.en).find((name): name is keyof typeof messages.en => name === check)
  const english = reason && messages.en[reason]
  if (!remedy || !english || !remedy.endsWith(english)) return { ...(remedy && { remedy }) }
  const rest = remedy.slice(0, -english.length).trim()
  return { ...(rest && { remedy: rest }), ownRemedy: messages[language][reason] }
}
