import { describe, expect, it } from 'vitest'
import { citations, type Decision, decisionTable, readDecision, withBlock } from './test-support/decisions'
import { projectFiles, readIfThere } from './test-support/markdown'

const INDEX = 'docs/decisions/README.md'
const read = (file: string) => readIfThere(file) ?? ''
const records = projectFiles('docs/decisions').filter((file) => file !== INDEX)
const decisions = records.map((file) => readDecision(file, read(file)))
const numbers = decisions.map((decision) => decision?.number)

const files = projectFiles().filter((file) => /\.(tsx?|mjs|cjs|md)$/.test(file))
const isCode = (file: string) => !file.endsWith('.md') && !/\.(test|spec|contract)\.tsx?$/.test(file)
const citedIn = (some: readonly string[]) => new Set(some.flatMap((file) => citations(read(file))))

describe('decisions', () => {
  it('all have the head of a record and a number of their own', () => {
    expect(records.filter((_, index) => decisions[index] === null)).toEqual([])
    const all = decisions.flatMap((decision) => (decision ? [decision.number, ...decision.takesIn] : []))
    expect(all.toSorted()).toEqual([...new Set(all)].toSorted())
  })

  it('are all cited by code', () => {
    const cited = citedIn(files.filter(isCode))
    expect(numbers.filter((number) => !cited.has(number ?? ''))).toEqual([])
  })

  it('exist wherever they are cited', () => {
    const unknown = (file: string) => citations(read(file)).some((number) => !numbers.includes(number))
    expect(files.filter((file) => file !== 'scripts/decisions.test.ts').filter(unknown)).toEqual([])
  })

  it('are listed in the index; npm run docs writes it', async () => {
    const table = decisionTable(decisions.filter((decision) => decision !== null))
    await expect(withBlock(read(INDEX), 'decisions', table)).toMatchFileSnapshot(`../${INDEX}`)
  })
})

describe('the reader of records', () => {
  const HEAD = '# 0042: A title\n\nStatus: accepted. Takes in 0007 and 0009.\n'

  it('reads number, title, status and what was merged', () => {
    expect(readDecision('docs/decisions/0042-a-title.md', HEAD)).toEqual<Decision>({
      number: '0042',
      file: 'docs/decisions/0042-a-title.md',
      title: 'A title',
      status: 'accepted',
      takesIn: ['0007', '0009'],
    })
  })

  it.each([
    ['another number in the file name', '0043-a-title.md', HEAD],
    ['no status', '0042-a-title.md', HEAD.replace(/Status.*/, 'Accepted')],
    ['no title', '0042-a-title.md', HEAD.replace('# 0042: A title', '# 0042')],
  ])('reports %s', (_, file, text) => {
    expect(readDecision(file, text)).toBeNull()
  })

  it('finds citations in comments', () => {
    expect(citations('/** See decision 0042. */ // Decision 0043')).toEqual(['0042', '0043'])
    expect(citations('/** the decision of 2026, 00421 */')).toEqual([])
  })
})
