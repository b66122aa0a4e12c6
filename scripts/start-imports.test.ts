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
