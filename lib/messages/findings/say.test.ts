import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { LANGUAGES } from '../catalogue'
import { messages as reasons } from '../reasons'
import { messages as remedies } from '../remedies'
import { messages, sayFinding } from './say'

const DIAGNOSTICS = 'lib/diagnostics'
const sources = readdirSync(DIAGNOSTICS)
  .filter((file) => /(?<!\.test)\.ts$/.test(file))
  .map((file) => readFileSync(path.join(DIAGNOSTICS, file), 'utf8'))
  .join('\n')

/** Codes that are put together from a word and a value: `difference.${kind}`. */
const ASSEMBLED = /^(difference|fetch|skew)\./

const codes = Object.keys(messages.en).filter((key) => !key.endsWith('.do'))
const placeholders = (sentence: string) => [...new Set(sentence.match(/\{\w+\}/g))].sort()

describe('what the doctor says', () => {
  it.each(codes.filter((code) => !ASSEMBLED.test(code)))('%s is said by a check', (code) => {
    expect(sources).toContain(`'${code}'`)
  })

  it.each(codes.filter((code) => ASSEMBLED.test(code)))('%s is said by a check', (code) => {
    const [word, kind = ''] = code.split('.')
    expect(sources).toContain(`${word}.`)
    expect(sources).toContain(kind.split('_').at(-1) ?? '')
  })

  it.each(Object.keys(messages.en).filter((key) => key !== 'idp.failure'))(
    '%s has the same values in every language',
    (key) => {
      const [first, ...others] = LANGUAGES.map((language) =>
        placeholders(messages[language][key as keyof (typeof messages)['en']]),
      )
      for (const other of others) expect(other).toEqual(first)
    },
  )

  it('is German for German readers, in its parts as well', () => {
    const finding = {
      code: 'own.unreachable',
      values: { issuer: 'https://a.example', problem: { part: 'fetch.timed_out', values: { seconds: 5 } } },
    } as const
    expect(sayFinding(finding, 'de').what).toBe(
      'Wir sind unter unserer eigenen Adresse https://a.example nicht zu erreichen: in 5 Sekunden kam keine Antwort. Wenn Clients es können, kann es nur diese Maschine nicht.',
    )
    expect(sayFinding(finding, 'en').remedy).toMatch(/^Compare PUBLIC_URL/)
  })
})

it('every reason of a login has a sentence and a remedy', () => {
  expect(Object.keys(reasons.en).sort()).toEqual(Object.keys(remedies.en).sort())
})
