import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../../..')
const Manifest = z.object({ dependencies: z.record(z.string(), z.string()) })
const EXAMPLES = ['cloudflare-worker', 'next-mcp-handler', 'sdk-v1-express', 'sdk-v1-node', 'sdk-v2-fetch']

/** A project of somebody who installed the tarball. */
let project: string
let installed: string

beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), 'vestibule-package-'))
  await run('npm', ['pack', '--pack-destination', project], { cwd: path.join(root, 'packages/mcp') })
  const tarball = (await readdir(project)).find((name) => name.endsWith('.tgz')) ?? ''
  await run('tar', ['-xzf', path.join(project, tarball), '-C', project])
  installed = path.join(project, 'node_modules/@vestibule/mcp')
  await mkdir(path.dirname(installed), { recursive: true })
  await cp(path.join(project, 'package'), installed, { recursive: true })
  for (const name of await readdir(path.join(root, 'node_modules')))
    if (!name.startsWith('.'))
      await symlink(path.join(root, 'node_modules', name), path.join(project, 'node_modules', name))
})
afterAll(() => rm(project, { recursive: true, force: true }))

describe('what npm would publish', () => {
  it('has types, one module for every runtime, its licence, and says what it is', async () => {
    const files = await readdir(installed)
    expect(files.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json'])
    const code = await readFile(path.join(installed, 'dist/index.js'), 'utf8')
    expect([...code.matchAll(/^import .* from "(.*)";$/gm)].map(([, name]) => name)).toEqual(
      Array.from({ length: code.match(/^import /gm)?.length ?? 0 }, () => 'jose'),
    )
    expect(code).not.toMatch(/node:|process\.|Buffer/)
  })

  it('depends on jose alone, and is smaller than 10 KB', async () => {
    const manifest = Manifest.parse(JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8')))
    expect(Object.keys(manifest.dependencies)).toEqual(['jose'])
    const code = await readFile(path.join(installed, 'dist/index.js'))
    expect(gzipSync(code, { level: 9 }).length).toBeLessThan(10_240)
  })

  it('compiles in the examples of every framework, as strictly as TypeScript can', {
    timeout: 30_000,
  }, async () => {
    for (const name of EXAMPLES)
      await cp(path.join(root, `packages/mcp/examples/${name}.ts`), path.join(project, `${name}.ts`))
    const options = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      module: 'preserve',
      target: 'es2022',
      lib: ['ES2023', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
      types: ['node'],
      skipLibCheck: true,
      noEmit: true,
    }
    await writeFile(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }))
    const compiler = path.join(root, 'node_modules/typescript-7/bin/tsc')
    await run(process.execPath, [compiler, '-p', project])
    // As Node resolves modules, with the types of the package itself looked at, too.
    const nodenext = {
      ...options,
      module: 'nodenext',
      skipLibCheck: false,
      types: [],
      lib: ['ES2023', 'DOM'],
    }
    const consumer = `import { createVerifier, type User } from '@vestibule/mcp'
const verifier = createVerifier({ issuer: 'https://a', resource: 'https://b', claims: ({ jti = '' }) => ({ jti }) })
export const user: Promise<User<{ jti: string }>> = verifier.verify('x')
// @ts-expect-error there is no such claim
export const nothing = user.then(({ claims }) => claims.email)
`
    await mkdir(path.join(project, 'consumer'))
    await writeFile(path.join(project, 'consumer/index.mts'), consumer)
    await writeFile(
      path.join(project, 'consumer/tsconfig.json'),
      JSON.stringify({ compilerOptions: nodenext }),
    )
    await run(process.execPath, [compiler, '-p', path.join(project, 'consumer')]).catch(({ stdout }) =>
      expect(stdout).toBe(''),
    )
  })

  it('runs in a plain Node', async () => {
    const script = `import { createVerifier, protect } from '@vestibule/mcp'
const verifier = createVerifier({ issuer: 'https://a.example', resource: 'https://b.example/mcp' })
const { status, headers } = await protect(verifier, () => new Response())(new Request('https://b.example/mcp'))
console.log(status, headers.get('www-authenticate'))`
    await writeFile(path.join(project, 'run.mjs'), script)
    const { stdout } = await run(process.execPath, ['run.mjs'], { cwd: project })
    expect(stdout.trim()).toBe(
      '401 Bearer resource_metadata="https://b.example/.well-known/oauth-protected-resource/mcp"',
    )
  })
})
