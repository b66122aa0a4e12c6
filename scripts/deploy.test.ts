import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { VARIABLES } from '@/lib/config'
import { metrics } from '@/lib/metrics/metrics'

const read = (file: string) => readFileSync(file, 'utf8')
const FILES = [
  'deploy/compose/compose.yaml',
  'deploy/prometheus/rules.yaml',
  ...['deployment', 'service', 'availability', 'network-policy', 'kustomization'].map(
    (name) => `deploy/kubernetes/base/${name}.yaml`,
  ),
  ...['ingress', 'kustomization'].map((name) => `deploy/kubernetes/overlays/example/${name}.yaml`),
]

describe('what is deployed', () => {
  it.each(FILES)('%s is YAML without errors', (file) => {
    const documents = parseAllDocuments(read(file))
    expect(documents.flatMap(({ errors }) => errors)).toEqual([])
    for (const document of documents) expect(document.toJS()).toBeInstanceOf(Object)
  })

  it('sets only what Vestibule reads', () => {
    const compose = read('deploy/compose/compose.yaml')
    const own = /x-vestibule:[\s\S]*?depends_on:/.exec(compose)?.[0] ?? ''
    const named = [...own.matchAll(/^ {4}([A-Z_]+):/gm)].map(([, name]) => name)
    const image = [...read('Dockerfile').matchAll(/([A-Z_]+)=[^ ]/g)].map(([, name]) => name)
    expect(named).toContain('DATABASE_URL')
    const known: readonly string[] = [...VARIABLES, 'NODE_ENV', 'NEXT_TELEMETRY_DISABLED', 'NODE']
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
