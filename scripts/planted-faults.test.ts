import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const FOLDER = 'scripts/planted-faults'

type Fault = { readonly fault: string; readonly file: string; readonly find: string; readonly test: string }

const FAULTS = readdirSync(FOLDER).flatMap((name): readonly Fault[] =>
  JSON.parse(readFileSync(path.join(FOLDER, name), 'utf8')),
)

// That its test turns red, `npm run matrix -- planted-faults` finds.
it.each(FAULTS.map((fault) => [fault.fault, fault] as const))(
  'can be planted: %s',
  (_, { file, find, test }) => {
    expect(readFileSync(file, 'utf8').split(find)).toHaveLength(2)
    expect(readFileSync(test, 'utf8')).not.toBe('')
  },
)
