import { describe, expect, it } from 'vitest'
import { brokenLinks, projectFiles, readIfThere } from './test-support/markdown'

const documents = projectFiles().filter((file) => file.endsWith('.md'))

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
