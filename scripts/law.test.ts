import { createRequire } from 'node:module'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checks, sources } from './checks.mjs'
import { type CheckName, copyProject, type ProjectCopy, type Verdict } from './test-support/project-copy'

/** Each dependency rule, with imports that break it: from a file that is made for it, to a target. */
const FORBIDDEN: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  'no-cycles': [['lib/http/law-chicken.ts', './law-egg']],
  'protocol-is-pure': [
    ['lib/oauth/protocol/law-package.ts', 'jose'],
    ['lib/oauth/protocol/law-builtin.ts', 'node:fs'],
    ['lib/oauth/protocol/law-core.ts', '../model'],
  ],
  'core-knows-no-adapter': [
    ['lib/oauth/law-config.ts', '@/lib/config'],
    ['lib/oauth/token/law-store.ts', '@/lib/store/database/ids'],
    ['lib/oauth/clients/law-schema.ts', '@/drizzle/schema/clients'],
  ],
  'core-knows-no-framework': [
    ['lib/oauth/law-next.ts', 'next/headers'],
    ['lib/crypto/law-sql.ts', 'drizzle-orm'],
    ['lib/upstream/law-redis.ts', '@upstash/redis'],
  ],
  'steps-stand-alone': [['lib/oauth/token/law-step.ts', '../consent/view']],
  'flow-names-no-step': [['lib/oauth/flow/law-order.ts', '../consent/view']],
  'http-knows-no-step': [
    ['lib/http/law-step.ts', '@/lib/oauth/token/token-endpoint'],
    ['lib/http/law-config.ts', '@/lib/config'],
  ],
  'store-and-upstream-stand-alone': [
    ['lib/store/law-http.ts', '@/lib/http/cookies'],
    ['lib/upstream/law-config.ts', '@/lib/config'],
    ['lib/crypto/law-step.ts', '@/lib/oauth/consent/view'],
  ],
  'sql-only-in-store': [
    ['lib/connections/law-sql.ts', 'drizzle-orm'],
    ['app/law-sql.ts', 'postgres'],
  ],
  'next-only-in-app-and-http': [
    ['lib/connections/law-next.ts', 'next/headers'],
    ['sandbox/law-next.ts', 'next'],
  ],
  'lib-never-imports-app': [
    ['lib/law-app.ts', '@/app/not-found'],
    ['lib/http/law-component.ts', '@/components/page-shell'],
  ],
  'components-show-views': [
    ['components/law-config.ts', '@/lib/config'],
    ['components/law-step.ts', '@/lib/oauth/consent/decide'],
  ],
  'components-take-views': [['components/law-row.ts', '@/lib/store/database/ids']],
  'parts-know-no-page': [['components/ui/law-page.ts', '@/components/page-shell']],
  'app-holds-no-rules': [
    ['app/law-store.ts', '@/lib/store/database/ids'],
    ['app/law-schema.ts', '@/drizzle/schema/clients'],
  ],
  'console-asks-management': [['app/console/law-step.ts', '@/lib/oauth/token/token-endpoint']],
  'messages-are-words': [['lib/messages/law-config.ts', '@/lib/config']],
  'api-asks-management': [['lib/api/law-store.ts', '@/lib/store/database/ids']],
  'only-app-serves-the-api': [['lib/connections/law-api.ts', '@/lib/api/problem']],
  'doctor-asks-from-outside': [['lib/diagnostics/law-store.ts', '@/lib/store/database/ids']],
  'end-to-end-stands-on-top': [['lib/store/law-e2e.test.ts', '@/e2e/support/app']],
  'sandbox-speaks-protocols-only': [['sandbox/law-config.ts', '../lib/config']],
  'no-barrels': [['lib/law-visitor.ts', './law-barrel']],
  resolvable: [['lib/law-typo.ts', './law-that-is-not-there']],
}

/** Other faults, with the check that has to find them and what it says. */
const FAULTS: readonly {
  readonly fault: string
  readonly check: CheckName
  readonly file: string
  readonly content: string
  readonly says: string
}[] = [
  ...['process.env.HOME', "process['env'].HOME", 'globalThis.process.env.HOME'].map((read, index) => ({
    fault: `the environment read with ${read}`,
    check: 'format and lint' as const,
    file: `lib/law-environment-${index}.ts`,
    content: `export const home = ${read}\n`,
    says: 'lint/style/noProcessEnv',
  })),
  {
    fault: 'any',
    check: 'format and lint',
    file: 'app/law-any.ts',
    content: 'export const same = (value: any) => value\n',
    says: 'lint/suspicious/noExplicitAny',
  },
  {
    fault: 'console in lib',
    check: 'format and lint',
    file: 'lib/law-console.ts',
    content: "export const greet = () => console.log('hello')\n",
    says: 'lint/suspicious/noConsole',
  },
  {
    fault: 'a function over 60 lines',
    check: 'format and lint',
    file: 'lib/law-long.ts',
    content: `export function long() {\n${"  JSON.stringify('line')\n".repeat(61)}}\n`,
    says: 'lint/complexity/noExcessiveLinesPerFunction',
  },
  {
    fault: 'a value asserted not to be null',
    check: 'format and lint',
    file: 'lib/law-asserted.ts',
    content: "export const first = (text: string) => text.split(',')[0]!.length\n",
    says: 'lint/style/noNonNullAssertion',
  },
  {
    fault: 'another format',
    check: 'format and lint',
    file: 'lib/law-format.ts',
    content: 'export const text = "text";\n',
    says: 'format',
  },
  {
    fault: 'a type that does not fit',
    check: 'types',
    file: 'lib/law-types.ts',
    content: "export const count: number = 'one'\n",
    says: 'TS2322',
  },
  {
    fault: 'an array element taken for granted',
    check: 'types',
    file: 'lib/law-element.ts',
    content: 'export const first = (list: string[]): string => list[0]\n',
    says: 'TS2322',
  },
  {
    fault: 'a file over 300 lines',
    check: 'sizes',
    file: 'lib/law-giant.ts',
    content: '// A line.\n'.repeat(301),
    says: '301 lines',
  },
  {
    fault: 'a folder of lib with over 30 files',
    check: 'sizes',
    file: 'lib/law-crowd',
    content: '',
    says: '31 files',
  },
  {
    fault: 'an address of the console written by hand',
    check: 'sources',
    file: 'components/law-address.ts',
    content: "export const members = '/console/acme/members'\n",
    says: 'addresses-by-hand',
  },
  ...[
    "error.message.startsWith('redirect_uri')",
    "error.message === 'gone'",
    '/gone/.test(error.message)',
    'error.message.match(/gone/) !== null',
  ].map((comparison, index) => ({
    fault: `control flow by a sentence: ${comparison}`,
    check: 'sources' as const,
    file: `lib/law-sentence-${index}.ts`,
    content: `export const isGone = (error: Error) => ${comparison}\n`,
    says: 'control-by-sentences',
  })),
  ...['Record<string, unknown>', '{ [name: string]: unknown }', 'object', 'any'].map((type, index) => ({
    fault: `configured data of no shape: ${type}`,
    check: 'sources' as const,
    file: `lib/configuration/law-shape-${index}.ts`,
    content: `export const draft: ${type} = {}\n`,
    says: 'data-of-no-shape',
  })),
  ...['new Date()', 'Date.now()'].map((clock, index) => ({
    fault: `what decides by the clock of an instance: ${clock}`,
    check: 'sources' as const,
    file: `lib/store/law-clock-${index}.ts`,
    content: `export const asked = ${clock}\n`,
    says: 'clock-of-an-instance',
  })),
  {
    fault: 'a type by force, in a test of the core',
    check: 'sources',
    file: 'lib/oauth/law-force.test.ts',
    content: 'export const clock = {} as unknown as Date\n',
    says: 'type-by-force',
  },
  {
    fault: 'a route handler over 25 lines',
    check: 'sizes',
    file: 'app/law/route.ts',
    content: '// A line.\n'.repeat(26),
    says: '26 lines',
  },
]

const CHECKS = Object.keys(checks) as CheckName[]

/** Other files that faults need, of the dependency rules. */
const COMPANIONS = {
  'lib/http/law-egg.ts': "export * as breach from './law-chicken'\n",
  'lib/law-barrel/index.ts': 'export const barrel = 1\n',
  'lib/law-street/law-door.ts': "export * as door from '../law-house/law-room'\n",
  'lib/law-house/law-room.ts': 'export const room = 1\n',
  'lib/law-house/law-window.ts': "export * as view from '../law-street/law-tree'\n",
  'lib/law-street/law-tree.ts': 'export const tree = 1\n',
}

const faultsOf = (check: CheckName) =>
  FAULTS.filter((one) => one.check === check && one.content).map(({ file }) => file)
const spoilt = [
  ...Object.values(FORBIDDEN).flatMap((imports) => imports.map(([from]) => from)),
  ...Object.keys(COMPANIONS),
]

/** The files with faults of the checks that take their time; the others look at all of the copy. */
const LOOKED_AT: Partial<Record<CheckName, readonly string[]>> = {
  'format and lint': faultsOf('format and lint'),
  types: faultsOf('types'),
  'dependency law': spoilt,
  'folder cycles': spoilt,
}

let copy: ProjectCopy
let withFaults: ReadonlyMap<CheckName, Verdict>

// That the project as it is passes, `npm run lint` finds.
beforeAll(async () => {
  copy = copyProject()
  plantFaults()
  withFaults = new Map(
    await Promise.all(CHECKS.map(async (check) => [check, await copy.run(check, LOOKED_AT[check])] as const)),
  )
}, 300_000)
afterAll(() => copy?.remove())

const findings = (check: CheckName) => withFaults.get(check)?.output.split('\n') ?? []

describe('a project with faults', () => {
  it.each(CHECKS)('fails %s', (check) => {
    expect(withFaults.get(check)?.clean).toBe(false)
  })

  it('has them where the checks of the project look', async () => {
    expect(checks['format and lint']).toContain('.')
    expect(await copy.typed()).toEqual(expect.arrayContaining([...faultsOf('types')]))
    expect(spoilt.filter((file) => !sources.some((source) => file.startsWith(`${source}/`)))).toEqual([])
    for (const check of ['dependency law', 'folder cycles'] as const)
      expect(checks[check]).toEqual(expect.arrayContaining([...sources]))
  })
})

describe('the dependency law', () => {
  const { forbidden } = createRequire(import.meta.url)(path.resolve('.dependency-cruiser.cjs'))
  const breaches = Object.entries(FORBIDDEN).flatMap(([rule, imports]) =>
    imports.map(([from, to]) => [rule, from, to] as const),
  )

  it('has an example of a breach for every rule', () => {
    const names = forbidden.map(({ name }: { name: string }) => name)
    expect(Object.keys(FORBIDDEN).sort()).toEqual(names.sort())
  })

  it.each(breaches)('%s: finds that %s imports %s', (rule, from) => {
    const found = findings('dependency law').map((line) => line.trim().replace(/ →.*/, ''))
    expect(found).toContain(`error ${rule}: ${from}`)
  })

  it('finds folders that import one another through files that do not', () => {
    const found = findings('folder cycles').join('\n')
    expect(found).toMatch(/error no-folder-cycles: lib\/law-street →\s+lib\/law-house →\s+lib\/law-street/)
  })
})

describe('the other checks', () => {
  it.each(FAULTS)('$check: finds $fault', ({ check, file, says }) => {
    const found = findings(check).filter((line) => line.includes(file))
    expect(found.some((line) => line.includes(says))).toBe(true)
  })

  it('dead code: finds a file, an export and a package that nothing uses', () => {
    const found = findings('dead code')
    expect(found).toContainEqual(expect.stringMatching(/^lib\/law-unused\.ts\s*$/))
    expect(found).toContainEqual(expect.stringMatching(/^neverUsed .*lib\/process-once\.ts/))
    expect(found).toContainEqual(expect.stringMatching(/^package-that-nothing-uses .*package\.json/))
  })
})

function plantFaults(): void {
  for (const [from, to] of Object.values(FORBIDDEN).flat()) {
    copy.write(from, `import * as law from '${to}'\nexport const breach = law\n`)
  }
  for (const [file, content] of Object.entries(COMPANIONS)) copy.write(file, content)
  for (let number = 0; number < 31; number += 1) copy.write(`lib/law-crowd/law-${number}.ts`, 'export {}\n')
  for (const { file, content } of FAULTS) if (content) copy.write(file, content)
  copy.write('lib/law-unused.ts', 'export const nobody = 1\n')
  copy.change('lib/process-once.ts', (content) => `${content}\nexport const neverUsed = 1\n`)
  copy.change('package.json', (content) =>
    content.replace('"dependencies": {', '"dependencies": {\n    "package-that-nothing-uses": "1.0.0",'),
  )
}
