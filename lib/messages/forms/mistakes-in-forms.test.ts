import { expect, it } from 'vitest'
import { LANGUAGES } from '../catalogue'
import type { MistakeCode } from '../mistakes'
import { MISTAKES_EN } from '../mistakes-en'
import { atField } from './at-field'
import { formSentence } from './mistakes-in-forms'

it.each([
  [{ code: 'empty' }, 'Client secret', 'en', 'Enter the client secret.'],
  [{ code: 'missing' }, 'URL', 'en', 'Enter the URL.'],
  [{ code: 'empty' }, 'Your email address', 'en', 'Enter your email address.'],
  [{ code: 'empty' }, 'Client-Secret', 'de', 'Füllen Sie „Client-Secret“ aus.'],
  [
    { code: 'too_long_lifetime', params: { count: 31_536_000 } },
    'Refresh token lifetime',
    'en',
    '“Refresh token lifetime” can be at most 365 days.',
  ],
  [
    { code: 'too_short_lifetime', params: { count: 3600 } },
    'Gültigkeit',
    'de',
    '„Gültigkeit“ muss mindestens 1 Stunde sein.',
  ],
  [{ code: 'last_owner' }, 'Role', 'en', 'This is the last owner: make someone else an owner first.'],
  [{ code: 'past' }, 'Expires', 'en', 'Expires is in the past.'],
] as const)('%j at “%s” is a whole sentence', (wrong, label, language, expected) => {
  expect(atField(formSentence(wrong, language), label)).toBe(expected)
})

/** Only a file or the API can have them. */
const OF_FILES =
  /^(yaml|variable|file|secret_(file|in)|unknown_key|not_quoted|installation_only|scope_not|uri_|keys_(not|count|char)|address_)/

it.each(LANGUAGES)('no form shows a wire name, a code or a piece of a file: %s', (language) => {
  const codes = (Object.keys(MISTAKES_EN) as MistakeCode[]).filter((code) => !OF_FILES.test(code))
  const said = codes.map((code) => atField(formSentence({ code }, language), 'Name'))
  expect(said.filter((sentence) => /[a-z]_[a-z]|PUBLIC_URL|jwks|\{ |\bslug\b/i.test(sentence))).toEqual([])
  for (const sentence of said) expect(sentence).toMatch(/^[\p{Lu}“„{].*[.!?:]$/su)
})
