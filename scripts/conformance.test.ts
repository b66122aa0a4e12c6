import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { complaintsAbout } from './test-support/conformance-page'

const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : null)

it('every requirement of docs/conformance.md names a source, and tests that exist or a reason', () => {
  expect(complaintsAbout(read('docs/conformance.md') ?? '', read)).toEqual([])
})

describe('a mistake on the page', () => {
  const TESTS = `
    const first = <T>(all: readonly T[]) => all[0]
    test.describe('codes', () => {
      test.step('no test', run)
      for (const kind of KINDS) test(\`a \${kind} code\`, run)
      it.each([1])('is %s', run)
      test.skip('not run', run)
    })`
  const files: Record<string, string> = { 'e2e/a.spec.ts': TESTS, 'e2e/support/a.ts': TESTS }
  const complain = (...rows: string[]) =>
    complaintsAbout(`# Page\n\n## Codes\n\n${rows.join('\n')}\n`, (file) => files[file] ?? null)
  const row = (proof: string, id = 'A-1', source = 'RFC 6749 §4.1') =>
    `| ${id} | be right | ${source} | ${proof} |`
  const SOUND = `\`e2e/a.spec.ts\` › “codes”, “a \${kind} code”, “is %s”`

  it('is none where all is well', () => {
    const title = ['| id | requirement | source | proof |', '|---|---|---|---|']
    expect(
      complain(...title, row(SOUND), row('— binds the client', 'A-2'), row(`${SOUND} — in part`, 'B-1')),
    ).toEqual([])
  })

  it.each([
    ['a file that is not there', [row('`e2e/b.spec.ts` › “codes”')], 'no test file e2e/b.spec.ts'],
    ['a file that is never run', [row('`e2e/support/a.ts` › “codes”')], 'no test file e2e/support/a.ts'],
    ['a misspelt title', [row('`e2e/a.spec.ts` › “codes”, “Codes”')], 'has no test “Codes”'],
    ['a step instead of a test', [row('`e2e/a.spec.ts` › “no test”')], 'has no test “no test”'],
    ['a test that is skipped', [row('`e2e/a.spec.ts` › “not run”')], 'has no test “not run”'],
    ['an empty proof', [row('')], 'neither a proof nor a reason'],
    ['a dash without a reason', [row('—')], 'neither tests nor a reason'],
    ['a file without a title', [row('`e2e/a.spec.ts`')], 'neither tests nor a reason'],
    ['words beside the tests', [row(`${SOUND} and more`)], 'neither tests nor a reason'],
    ['a cell too many', [row(`${SOUND} | more`)], 'neither a proof nor a reason'],
    ['an empty source', [row(SOUND, 'A-1', '')], 'has no source'],
    ['an id that is there twice', [row(SOUND), row(SOUND)], 'A-1 is there twice'],
    ['a gap between ids', [row(SOUND), row(SOUND, 'A-3')], 'A-2 is missing'],
    ['a missing id', [row(SOUND, '')], '“” is no id'],
    ['nothing at all', [], 'no requirements'],
    ['a section without rows', [row(SOUND), '', '## Tokens', '', 'To be written.'], '“## Tokens” is empty'],
  ])('is found: %s', (_, rows, complaint) => {
    expect(complain(...rows)).toContainEqual(expect.stringContaining(complaint))
  })
})
