import type { messages } from '@/lib/messages/account'
import type { Translate } from '@/lib/messages/catalogue'

/** What every form of the page has. */
export type AccountForm = {
  /** Where Disconnect is posted. */
  readonly action: string
  readonly formId: string
  /** Must match the form's cookie. */
  readonly formToken: string
}

export type AccountWords = Translate<keyof (typeof messages)['en']>
