// The Kubernetes manifests against the published schemas of their resources, which the package kubernetes-models has:
// names of fields by its types, values by its validators.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { parseAllDocuments } from 'yaml'
import { run } from './project.mjs'

const SCHEMAS = 'kubernetes-models@5.1.0'
const FOLDER = 'deploy/kubernetes'

export function tryManifests() {
  const directory = mkdtempSync(path.join(tmpdir(), 'vestibule-manifests-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  run('npm', ['install', '--prefix', directory, ...quiet, SCHEMAS])
  const all = resources()
  const program = path.join(directory, 'manifests.mjs')
  writeFileSync(program, all.map(validation).join('\n'))
  const options = '--noEmit --allowJs --checkJs --strict --skipLibCheck --module nodenext'
  run('node_modules/.bin/tsc', [...options.split(' '), program])
  run(process.execPath, [program])
  console.log(`${all.length} resources are as their schemas say.`)
}

function resources() {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.yaml'),
  )
  return (
    files
      .flatMap((file) => parseAllDocuments(readFileSync(path.join(FOLDER, file), 'utf8')))
      .map((document) => document.toJS())
      // Kustomize's own are no resources of a cluster.
      .filter(({ apiVersion }) => !apiVersion.startsWith('kustomize.'))
  )
}

/** A literal may have no field that its type does not know. */
const validation = ({ apiVersion, kind, ...fields }, index) => `
import { ${kind} as R${index} } from 'kubernetes-models/${apiVersion}'
new R${index}(${JSON.stringify(fields, null, 2)}).validate()`
