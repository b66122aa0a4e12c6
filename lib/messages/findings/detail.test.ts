import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { detailIn } from './detail'
import { DETAILS_DE } from './details-de'

/** Sentences that the code writes, in the folders whose failures end on a timeline. */
const written = ['lib/upstream', 'lib/oauth'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test\.|\.contract\.|test-support/.test(file))
    .flatMap((file) => [
      ...readFileSync(path.join(folder, file), 'utf8').matchAll(/'([A-Z][^'\n]* [^'\n]* [^'\n]*\.)'/g),
    ])
    .map(([, sentence = '']) => sentence),
)

it('every sentence that a timeline may hold is there in German', () => {
  expect(written.length).toBeGreaterThan(30)
  expect(written.filter((sentence) => detailIn(sentence, 'de').lang === 'en')).toEqual([])
})

it('as many values stand in the German sentence as in the English one', () => {
  const count = (text: string) => text.split('*').length
  for (const [english, german] of Object.entries(DETAILS_DE))
    expect(count(german), english).toBe(count(english))
})

it.each([
  ['Left out: groups, roles.', 'Weggelassen: groups, roles.', 'de'],
  ['The token endpoint is unavailable (HTTP 503).', 'Nicht verfügbar (Token-Endpunkt): HTTP 503.', 'de'],
  [
    'The identity provider says that it is unavailable. It says AADSTS1 $& *.',
    'Der Identitätsanbieter sagt, dass er nicht verfügbar ist. It says AADSTS1 $& *.',
    'de',
  ],
  ['something of a provider', 'something of a provider', 'en'],
] as const)('%s', (english, german, lang) => {
  expect(detailIn(english, 'de')).toEqual({ text: german, lang })
  expect(detailIn(english, 'en')).toEqual({ text: english, lang: 'en' })
})
