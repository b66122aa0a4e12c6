import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { LANGUAGES } from './catalogue'

const walk = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file))

/** Everything that may show a sentence. */
const SOURCES = ['app', 'components', 'lib']
  .flatMap(walk)
  .filter((file) => /(?<!\.(test|contract))\.tsx?$/.test(file))
  .filter((file) => !file.startsWith(path.join('lib', 'messages')) || file.endsWith('translate-mistake.ts'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n')

/** The beginnings and ends of keys that are put together from a code. */
const BEGINNINGS = [...SOURCES.matchAll(/`([\w.-]+)\$\{/g)].map(([, text = '']) => text)
const ENDS = [...SOURCES.matchAll(/`\$\{[^{}`]+\}(\.[\w.-]+)`/g)].map(([, text = '']) => text)

const isUsed = (key: string) =>
  SOURCES.includes(`'${key}'`) ||
  BEGINNINGS.some((text) => key.startsWith(text)) ||
  ENDS.some((text) => key.endsWith(text))

/** Of products and standards, which have one name in every language. */
const NAMES = ['Claude Code', 'Shared Signals (CAEP, RISC)']

type Catalogue = Readonly<Record<(typeof LANGUAGES)[number], Readonly<Record<string, string>>>>

const catalogues = await Promise.all(
  readdirSync('lib/messages', { recursive: true, encoding: 'utf8' })
    .filter(
      (file) =>
        // The doctor's have a test of their own.
        !file.startsWith('findings') &&
        /(?<!\.test)\.ts$/.test(file) &&
        readFileSync(path.join('lib/messages', file), 'utf8').includes('export const messages ='),
    )
    .map(
      async (file) =>
        [file, (await import(path.resolve('lib/messages', file))).messages as Catalogue] as const,
    ),
)

describe.each(catalogues)('the sentences of %s', (file, messages) => {
  it('are there in every language', () => {
    const [first, ...others] = LANGUAGES.map((language) => messages[language])
    for (const other of others) expect(Object.keys(other)).toEqual(Object.keys(first ?? {}))
    for (const sentences of [first, ...others])
      for (const [key, sentence] of Object.entries(sentences ?? {})) expect(sentence, key).not.toBe('')
  })

  it('are in the language that they are for', () => {
    const same = Object.entries(messages.en).filter(
      ([key, sentence]) => sentence === messages.de[key] && /\p{L}{2,} \p{L}{2,}/u.test(sentence),
    )
    expect(same.map(([, sentence]) => sentence).filter((sentence) => !NAMES.includes(sentence))).toEqual([])
  })

  it('are all shown somewhere', () => {
    // Those of the audit log's actions have a test of their own.
    if (file !== 'audit-actions.ts')
      expect(Object.keys(messages.en).filter((key) => !isUsed(key))).toEqual([])
  })
})
