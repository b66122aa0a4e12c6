import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { KEY_PROBLEMS } from '@/lib/oauth/protocol/client-keys'
import { REDIRECT_URI_PROBLEMS } from '@/lib/oauth/protocol/redirect-uri'
import { type MistakeCode, mistakeSentence, notFoundSentence } from './mistakes'
import { MISTAKES_DE } from './mistakes-de'
import { MISTAKES_EN } from './mistakes-en'

const CODES = Object.keys(MISTAKES_EN) as readonly MistakeCode[]
const valuesOf = (sentence: string) => [...sentence.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted()

/** The code of the program, without tests and sentences. */
const sources = ['lib', 'app'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|test-support|^messages/.test(file))
    .map((file) => readFileSync(path.join(folder, file), 'utf8')),
)
const texts = new Set(sources.flatMap((source) => source.match(/(?<=['"`])[a-z]+(_[a-z]+)*(?=['"`])/g) ?? []))
const keys = new Set(sources.flatMap((source) => source.match(/^ {2}[a-z]+(_[a-z]+)+(?=: ['`])/gm) ?? []))

describe('sentences of mistakes', () => {
  it.each(CODES)(
    '%s: is said in both languages, with the same values, and somewhere in the program',
    (code) => {
      const [english, german] = [MISTAKES_EN[code], MISTAKES_DE[code]]
      expect(valuesOf(german)).toEqual(valuesOf(english))
      if (!['unreadable_value', 'empty'].includes(code)) expect(german).not.toBe(english)
      const isUsed = texts.has(code) || keys.has(`  ${code}`) || /^unreadable_(light|dark)$/.test(code)
      expect(isUsed).toBe(true)
    },
  )

  it('say of keys and redirect URIs what the protocol says', () => {
    for (const [code, sentence] of Object.entries({ ...REDIRECT_URI_PROBLEMS, ...KEY_PROBLEMS }))
      expect([code, MISTAKES_EN[code as MistakeCode]]).toEqual([code, sentence])
  })

  it.each([
    ['missing', {}, 'is missing', 'fehlt'],
    ['too_long', { count: 200 }, 'is longer than 200 characters', 'ist länger als 200 Zeichen'],
    ['not_one_of', { values: ['jwt', 'opaque'] }, 'must be jwt or opaque', 'muss jwt oder opaque sein'],
    [
      'not_a_redirect_uri',
      { problem: 'uri_fragment' },
      'is not a redirect URI: it must not have a fragment',
      'ist keine Redirect-URI: sie darf kein Fragment haben',
    ],
    [
      'issuer_kept_by',
      { name: 'a', issuer: 'https://a.example', setting: 'issuer_host: a.example' },
      'the issuer of a server never changes, and that of a is https://a.example: keep issuer_host: a.example',
      'der Issuer eines Servers ändert sich nie, und der von a ist https://a.example: behalten Sie issuer_host: a.example',
    ],
  ] as const)('%s', (code, params, english, german) => {
    expect(mistakeSentence({ code, params }, 'en')).toBe(english)
    expect(mistakeSentence({ code, params }, 'de')).toBe(german)
  })

  it('take values as they are', () => {
    const params = { name: '{name} $1' }
    expect(mistakeSentence({ code: 'scope_not_offered', params }, 'de')).toContain('„{name} $1“')
  })

  it('name what is not there', () => {
    expect(notFoundSentence('server', 'en')).toBe('there is no such server')
    expect(notFoundSentence('server', 'de')).toBe('diesen Server gibt es nicht')
  })
})
