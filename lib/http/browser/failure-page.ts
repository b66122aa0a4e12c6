import { type Language, languageOf, translator } from '@/lib/messages/catalogue'
import { messages as consoleMessages } from '@/lib/messages/console'
import { messages as failures } from '@/lib/messages/console/failure'
import { messages as errors } from '@/lib/messages/error-pages'
import { html, plainDocument } from '../plain-page'

/** What is shown in the place of a page that Next could not make; its own would need its scripts. Decision 0132. */
export function failurePage(acceptLanguage: string | null, publicUrl: string, status: number): string {
  const language = languageOf(acceptLanguage)
  const [title, lead] = wordsOf(status, language)
  return plainDocument({ title, language, publicUrl, content: html`<p class="lead">${lead}</p>` })
}

function wordsOf(status: number, language: Language): readonly [title: string, lead: string] {
  const [t, c, e] = [
    translator(failures, language),
    translator(consoleMessages, language),
    translator(errors, language),
  ]
  if (status === 404) return [e('not_found.title'), e('lost')]
  if (status === 403) return [c('forbidden.title'), c('forbidden.lead')]
  return [t('title'), t('lead')]
}
