import { describe, expect, it } from 'vitest'
import {
  citedRequirements,
  conformanceTables,
  mismatches,
  readRequirements,
} from './test-support/conformance-page'
import { withBlock } from './test-support/decisions'
import { projectFiles, readIfThere } from './test-support/markdown'

const PAGE = 'docs/conformance.md'
const read = (file: string) => readIfThere(file) ?? ''
const tests = projectFiles().filter((file) => /\.(test|spec|contract)\.tsx?$/.test(file))
const others = tests.filter((file) => file !== 'scripts/conformance.test.ts')

const sections = readRequirements(read('test/requirements.yaml'))
const citations = citedRequirements(others.map((file) => [file, read(file)] as const))

describe('conformance', () => {
  it('each requirement has a test, and each cited requirement exists', () => {
    expect(mismatches(sections, citations)).toEqual([])
  })

  it('the page is what requirements and tests say; npm run docs writes it', async () => {
    const page = withBlock(read(PAGE), 'requirements', conformanceTables(sections, citations))
    await expect(page).toMatchFileSnapshot(`../${PAGE}`)
  })
})

describe('a mismatch', () => {
  const TESTS = `
    const first = <T>(all: readonly T[]) => all[0]
    test.describe('codes [A-1]', () => {
      test.step('no test [A-9]', run)
      for (const kind of KINDS) test(\`a \${kind} code [A-1 A-2]\`, run)
      it.each([1])('is %s [A-3]', run)
      test.skip('not run [A-9]', run)
      it('[A-9] is cited at the end', run)
    })`
  const cited = citedRequirements([['e2e/a.spec.ts', TESTS]])
  const entry = (id: string, status = 'met', note = '') => `
    - { id: ${id}, requirement: be right, source: RFC 6749 §4.1, status: ${status}${note && `, note: ${note}`} }`
  const found = (...entries: string[]) =>
    mismatches(readRequirements(`- section: Codes\n  requirements:${entries.join('')}`), cited)
  const SOUND = [entry('A-1'), entry('A-2'), entry('A-3')]

  it('is none where all is well', () => {
    expect(found(...SOUND, entry('A-4', 'not applicable', 'binds the client'))).toEqual([])
  })

  it.each([
    ['a requirement without a test', [...SOUND, entry('A-9')], 'A-9 has no test'],
    ['an unknown id', SOUND.slice(1), 'e2e/a.spec.ts cites A-1, which does not exist'],
    ['an id that exists twice', [...SOUND, entry('A-1')], 'A-1 exists twice'],
    [
      'no reason',
      [...SOUND, entry('A-4', 'not applicable')],
      'A-4 is not applicable: it needs a note and no test',
    ],
    [
      'a test all the same',
      [...SOUND.slice(1), entry('A-1', 'not applicable', 'no')],
      'A-1 is not applicable: it needs a note and no test',
    ],
  ])('is found: %s', (_, entries, mismatch) => {
    expect(found(...entries)).toEqual([mismatch])
  })

  it.each([
    ['no id', entry('a1')],
    ['another status', entry('A-1', 'open')],
    ['no source', entry('A-1').replace('source:', 'sources:')],
    ['no requirements', ''],
  ])('is refused: %s', (_, entries) => {
    expect(() => found(entries)).toThrow()
  })

  it('shows in a table', () => {
    const [section] = readRequirements(`- section: Codes\n  requirements:${entry('A-1', 'met', 'in part')}`)
    expect(conformanceTables(section ? [section] : [], cited)).toBe(
      '## Codes\n\n| id | requirement | source | tests |\n|---|---|---|---|\n| A-1 | be right. *in part* | RFC 6749 §4.1 | `e2e/a` |\n',
    )
  })
})
