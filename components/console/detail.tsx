import type { Language } from '@/lib/messages/catalogue'
import { detailIn } from '@/lib/messages/findings/detail'
import { WithNames } from './with-names'

/** What happened at an identity provider in particular, as timelines and tests keep it. */
export function Detail({ detail, language }: { readonly detail: string; readonly language: Language }) {
  const { text, lang } = detailIn(detail, language)
  // What clients and providers are told is theirs, in the language that they speak.
  return (
    <p className="foreign" lang={lang}>
      {lang === language ? <WithNames>{text}</WithNames> : <code>{text}</code>}
    </p>
  )
}
