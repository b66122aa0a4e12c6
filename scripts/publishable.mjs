// Before a package is published: `node scripts/publishable.mjs mcp-v1.2.3 owner/name`. npm takes provenance only of a
// manifest that names the repository which the job runs in, and which must be public.
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'

const [tag = '', repository = ''] = process.argv.slice(2)
const [, name, version] = /^([a-z]+)-v(\d+\.\d+\.\d+)$/.exec(tag) ?? []
if (!name || !/^[\w.-]+\/[\w.-]+$/.test(repository))
  throw new Error('usage: publishable.mjs mcp-v1.2.3 owner/name')
const directory = `packages/${name}`
const file = `${directory}/package.json`
const manifest = JSON.parse(readFileSync(file, 'utf8'))
if (manifest.version !== version)
  throw new Error(`${file} has version ${manifest.version}, and not ${version}`)
if (!readFileSync(`${directory}/CHANGELOG.md`, 'utf8').includes(`## ${version}\n`))
  throw new Error(`${directory}/CHANGELOG.md has nothing of ${version}`)
manifest.repository = { type: 'git', url: `git+https://github.com/${repository}.git`, directory }
writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`)
