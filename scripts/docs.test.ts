import { describe, expect, it } from 'vitest'
import { brokenLinks, missingPaths, projectFiles, readIfThere } from './test-support/markdown'

const documents = projectFiles().filter((file) => file.endsWith('.md'))

/** History, and a page that leaves out the suffixes of its paths. */
const WITHOUT_PATHS = ['CHANGELOG.md', 'docs/conformance.md']

describe('paths in Markdown', () => {
  it.each(documents.filter((file) => !WITHOUT_PATHS.includes(file)))('%s names files that exist', (file) => {
    expect(missingPaths(readIfThere(file) ?? '', readIfThere)).toEqual([])
  })

  it('reports a missing file', () => {
    const read = (file: string) => (file === 'lib/a.ts' ? '' : null)
    expect(missingPaths('`lib/a.ts` `lib/a` `lib/b.ts` `lib/*.ts` `npm test` `src/b`', read)).toEqual([
      'lib/b.ts',
    ])
  })
})

describe('ARCHITECTURE.md', () => {
  it('lists every table of the schema', () => {
    const listed = [...(readIfThere('ARCHITECTURE.md') ?? '').matchAll(/`([a-z_]+\*?)`/g)].map(
      ([, name = '']) => name,
    )
    const isListed = (table: string) =>
      listed.some((name) => (name.endsWith('*') ? table.startsWith(name.slice(0, -1)) : table === name))
    const schema = projectFiles('drizzle/schema').map((file) => readIfThere(file) ?? '')
    const tables = schema.flatMap((text) =>
      [...text.matchAll(/pgTable\(\s*'(\w+)'/g)].map(([, name = '']) => name),
    )
    expect(tables.length).toBeGreaterThan(20)
    expect(tables.filter((table) => !isListed(table))).toEqual([])
  })
})

describe('links in Markdown', () => {
  it.each(documents)('%s has no broken link', (file) => {
    expect(brokenLinks(file, readIfThere(file) ?? '', readIfThere)).toEqual([])
  })

  it.each([
    ['a missing file', '[x](nowhere.ts)', ['nowhere.ts']],
    ['a missing heading', '[x](#none)', ['#none']],
    ['a missing heading elsewhere', '[x](b.md#none)', ['b.md#none']],
    ['a file outside', '[x](../b.md)', ['../b.md']],
    ['nothing: a heading', '# A `b` §1, c\n[x](#a-b-1-c) [y](b.md#there)', []],
    ['nothing: code and other sites', '[x](https://example.com)\n```\n[x](nowhere.ts)\n```', []],
  ])('reports %s', (_, text, broken) => {
    const files: Readonly<Record<string, string>> = { 'docs/a.md': text, 'docs/b.md': '## There' }
    expect(brokenLinks('docs/a.md', text, (file) => files[file] ?? null)).toEqual(broken)
  })
})
