import { headers } from 'next/headers'
import { cache } from 'react'
import { type Language, languageOf } from '@/lib/messages/catalogue'

/** The browser's language. */
export const pageLanguage = cache(
  async (): Promise<Language> => languageOf((await headers()).get('accept-language')),
)
