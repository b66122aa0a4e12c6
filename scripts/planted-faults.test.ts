import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const FOLDER = 'scripts/planted-faults'

type Fault = Readonly<Record<'fault' | 'file' | 'find' | 'test' | 'red', string>>

const FAULTS = readdirSync(FOLDER).flatMap((name): readonly Fault[] =>
  JSON.parse(readFileSync(path.join(FOLDER, name), 'utf8')),
)

// That its test turns red, `npm run matrix -- planted-faults` finds.
it.each(FAULTS.map((fault) => [fault.fault, fault] as const))(
  'can be planted: %s',
  (_, { file, find, test, red }) => {
    expect(readFileSync(file, 'utf8').split(find)).toHaveLength(2)
    const source = readFileSync(test, 'utf8')
    // Most of its tests stand elsewhere.
    if (source.includes(".contract'")) return
    // What stands around an end-to-end test is no part of its name.
    const tests = beginnings(test.startsWith('e2e/') ? source.replaceAll(/^ +(?=test\()/gm, '') : source)
    expect(tests.some((begins) => red.startsWith(begins) || begins.startsWith(red))).toBe(true)
  },
)

/** How full names of tests in a file begin: with titles that stand in no other, up to what depends on the case. */
function beginnings(source: string): readonly string[] {
  const found = source.matchAll(/^(?:(?:describe|it|test)\b.*\(|.*\)\(| {2})(?:'(.+?)'|"(.+?)"|`(.+?)`),/gm)
  return [...found].map(([, ...titles]) => titles.find(Boolean)?.split(/%|\$/)[0] ?? '').filter(Boolean)
}
