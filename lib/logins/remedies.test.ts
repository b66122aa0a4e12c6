import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { REMEDIES } from './remedies'

/** The table in docs/troubleshooting.md, line for line. */
const ROWS = Object.entries(REMEDIES)
  .filter(([reason]) => reason !== 'ok')
  .map(([reason, remedy]) => `| \`${reason}\` | ${remedy.replaceAll('|', '\\|')} |`)

it('are all in the documentation, in the same words', async () => {
  const page = await readFile('docs/troubleshooting.md', 'utf8')
  const found = page.split('\n').filter((line) => line.startsWith('| `'))
  // When this fails: replace the table by the lines that were expected.
  expect(found).toEqual(ROWS)
})
