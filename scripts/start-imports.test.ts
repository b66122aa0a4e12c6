import { readFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

/** Large packages that an instance needs only when operators or platform users sign in, or mails are sent. */
const LATER = /^(better-auth|@better-auth|nodemailer)(\/|$)/

it('an instance loads at its start nothing of what it may never use', async () => {
  const { metafile } = await build({
    entryPoints: ['server.ts'],
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: 'dist',
    write: false,
    metafile: true,
  })
  const [seen, loaded] = [new Set<string>(), new Set<string>()]
  const visit = (file: string): void => {
    seen.add(file)
    for (const { path, kind, external } of metafile.outputs[file]?.imports ?? []) {
      if (kind !== 'import-statement') continue
      if (external) loaded.add(path)
      else if (!seen.has(path)) visit(path)
    }
  }
  visit('dist/server.js')
  expect([...loaded]).toContain('postgres')
  expect([...loaded].filter((name) => LATER.test(name))).toEqual([])
})

it('a command installs what is missing before it imports a package', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  const commands = Object.values(scripts).flatMap((line) => /^node (\S+\.mjs)/.exec(line)?.[1] ?? [])
  const [seen, packages] = [new Set<string>(), new Set<string>()]
  const visit = (file: string): void => {
    seen.add(file)
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/^(?:import|export|\}) .*?'(\S+)'$/gm)) {
      const imported = path.join(path.dirname(file), name)
      if (!name.startsWith('.')) packages.add(name)
      else if (!seen.has(imported)) visit(imported)
    }
  }
  for (const file of new Set(commands)) visit(file)
  expect([...seen]).toContain('scripts/project.mjs')
  expect([...packages].filter((name) => !name.startsWith('node:'))).toEqual([])
})
