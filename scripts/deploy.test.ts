import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { VARIABLES } from '@/lib/config'
import { metrics } from '@/lib/metrics/metrics'
import packageJson from '@/package.json'

const read = (file: string) => readFileSync(file, 'utf8')
const FILES = [
  'deploy/compose/compose.yaml',
  'deploy/prometheus/rules.yaml',
  ...['deployment', 'service', 'availability', 'network-policy', 'kustomization'].map(
    (name) => `deploy/kubernetes/base/${name}.yaml`,
  ),
  ...['ingress', 'kustomization'].map((name) => `deploy/kubernetes/overlays/example/${name}.yaml`),
]

const WORKFLOWS = ['ci', 'matrix', 'release', 'packages'].map((name) => `.github/workflows/${name}.yml`)

describe('workflows', () => {
  const { scripts, version } = packageJson

  it.each(WORKFLOWS)('%s calls scripts that exist', (file) => {
    const [document] = parseAllDocuments(read(file))
    expect(document?.errors).toEqual([])
    const commands = Object.values(document?.toJS().jobs).flatMap((job) => runsOf(job))
    expect(commands.length).toBeGreaterThan(0)
    const named = commands.flatMap((command) => [...command.matchAll(/npm run (?:--silent )?([\w:-]+)/g)])
    for (const [, name] of named) expect(Object.keys(scripts)).toContain(name)
    for (const [script] of commands.join('\n').matchAll(/\.ci\/\w+|scripts\/[\w-]+\.mjs/g))
      expect(existsSync(script)).toBe(true)
  })

  it('the nightly one runs every variant there is, with the history that one of them needs', () => {
    const matrix = parseAllDocuments(read('.github/workflows/matrix.yml'))[0]?.toJS().jobs.matrix
    const listed = matrix.strategy.matrix.name
    expect(matrix.steps[0].with['fetch-depth']).toBe(0)
    const usage = spawnSync(process.execPath, ['scripts/matrix.mjs'], { encoding: 'utf8' })
    const names = /one of: (.*)/.exec(usage.stderr)?.[1]?.split(', ')
    expect(listed.toSorted()).toEqual(names?.toSorted())
  })

  it('a variant does not pass by skipping what it lacks the programs for', () => {
    const tried = spawnSync(process.execPath, ['scripts/matrix.mjs', 'compose'], {
      encoding: 'utf8',
      env: { ...process.env, PATH: '' },
    })
    expect([tried.status, tried.stderr]).toEqual([
      1,
      'compose needs redis-server, which is not on the PATH.\n',
    ])
  })

  it('and the changelog has the version of the package', () => {
    expect(read('CHANGELOG.md')).toContain(`## [${version}] - `)
    expect(read('deploy/kubernetes/overlays/example/kustomization.yaml')).toContain(`"${version}"`)
  })
})

const runsOf = (job: unknown) =>
  (job as { readonly steps: readonly { readonly run?: string }[] }).steps.flatMap(({ run }) => run ?? [])

describe('what is deployed', () => {
  it.each(FILES)('%s is YAML without errors', (file) => {
    const documents = parseAllDocuments(read(file))
    expect(documents.flatMap(({ errors }) => errors)).toEqual([])
    for (const document of documents) expect(document.toJS()).toBeInstanceOf(Object)
  })

  it('the example for Vercel calls what there is', () => {
    const { buildCommand, crons } = JSON.parse(read('deploy/vercel/vercel.json'))
    for (const { path } of crons) expect(existsSync(`app${path}/route.ts`), path).toBe(true)
    const [script = ''] = /scripts\/[\w-]+\.mjs/.exec(buildCommand) ?? []
    expect(existsSync(script)).toBe(true)
    expect(buildCommand).toMatch(/npm run vestibule -- migrate$/)
  })

  it('sets only what Vestibule reads', () => {
    const compose = parseAllDocuments(read('deploy/compose/compose.yaml'), { merge: true })[0]?.toJS()
    const named = ['one', 'two'].flatMap((name) => Object.keys(compose.services[name].environment))
    const image = [...read('Dockerfile').matchAll(/([A-Z_]+)=[^ ]/g)].map(([, name]) => name)
    expect(named).toContain('DATABASE_URL')
    const known: readonly string[] = [
      ...VARIABLES,
      'NODE_ENV',
      'NODE_EXTRA_CA_CERTS',
      'NEXT_TELEMETRY_DISABLED',
      'NODE',
    ]
    expect([...named, ...image].filter((name) => !known.includes(String(name)))).toEqual([])
  })

  it('counts what the alerts ask for, and documents what it counts', async () => {
    const { registry } = metrics()
    const counted = registry.getMetricsAsArray().map(({ name }) => name)
    const own = counted.filter((name) => name.startsWith('vestibule_'))
    const asked = new Set(
      [...read('deploy/prometheus/rules.yaml').matchAll(/\b(vestibule_[a-z_]+)/g)].map(([, name]) =>
        String(name).replace(/_bucket$/, ''),
      ),
    )
    expect(asked.size).toBeGreaterThan(5)
    expect([...asked].filter((name) => !counted.includes(name))).toEqual([])
    const documented = read('docs/operations.md')
    expect(own.filter((name) => !documented.includes(`\`${name}\``))).toEqual([])
  })
})
