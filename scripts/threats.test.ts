import { describe, expect, it } from 'vitest'
import { withBlock } from './test-support/decisions'
import { readIfThere } from './test-support/markdown'
import { readThreats, type Threat, threatTables, undefended } from './test-support/threats'

const PAGE = 'docs/threat-model.md'
const parts = readThreats(readIfThere('test/threats.yaml') ?? '')
const threats = parts.flatMap((part) => part.threats)

describe('the threat model', () => {
  it('names for each threat a defence and a test that is run', () => {
    expect(undefended(threats, readIfThere)).toEqual([])
  })

  it('knows every kind of threat', () => {
    expect([...new Set(threats.map(({ stride }) => stride))].toSorted()).toEqual([
      'D',
      'E',
      'I',
      'R',
      'S',
      'T',
    ])
  })

  it('is the page; npm run docs writes it', async () => {
    const page = withBlock(readIfThere(PAGE) ?? '', 'threats', threatTables(parts))
    await expect(page).toMatchFileSnapshot(`../${PAGE}`)
  })
})

describe('a threat is undefended', () => {
  const sound: Threat = {
    id: 'TM-1',
    stride: 'S',
    threat: 'An attacker does.',
    defence: 'lib/a.ts',
    test: 'lib/a.test.ts',
    title: 'an attacker',
  }
  const files: Record<string, string> = {
    'lib/a.ts': '',
    'lib/a.test.ts': "it('an attacker gets nothing', run)\nit.skip('another', run)",
  }
  const found = (...given: Threat[]) => undefended(given, (file) => files[file])

  it('not when file and test exist', () => {
    expect(found(sound)).toEqual([])
  })

  it.each<[string, Partial<Threat>, string]>([
    ['without its defence', { defence: 'lib/b.ts' }, 'TM-1 is defended by lib/b.ts, which does not exist'],
    ['without its test', { title: 'a thief' }, 'TM-1 has no test in lib/a.test.ts: a thief'],
    ['by a test that is not run', { title: 'another' }, 'TM-1 has no test in lib/a.test.ts: another'],
    ['by a file that is gone', { test: 'lib/b.test.ts' }, 'TM-1 has no test in lib/b.test.ts: an attacker'],
  ])('%s', (_, change, sentence) => {
    expect(found({ ...sound, ...change })).toEqual([sentence])
  })

  it('when two have its id', () => {
    expect(found(sound, sound)).toEqual(['TM-1 exists twice'])
  })
})
