import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { newProject, type Project, root, run, STRICT } from './installed-package'

const Manifest = z.object({ dependencies: z.record(z.string(), z.string()) })

let project: Project
beforeAll(async () => {
  project = await newProject()
})
afterAll(() => project.remove())

const examples = () => readdir(path.join(root, 'packages/mcp/examples'))

describe('what npm would publish', () => {
  it('has types, one module for every runtime, its licence, and says what it is', async () => {
    const files = await readdir(project.installed)
    expect(files.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json'])
    const code = await readFile(path.join(project.installed, 'dist/index.js'), 'utf8')
    expect([...code.matchAll(/^import .* from "(.*)";$/gm)].map(([, name]) => name)).toEqual(
      Array.from({ length: code.match(/^import /gm)?.length ?? 0 }, () => 'jose'),
    )
    expect(code).not.toMatch(/node:|process\.|Buffer/)
  })

  it('depends on jose alone, and is smaller than 10 KB', async () => {
    const manifest = Manifest.parse(
      JSON.parse(await readFile(path.join(project.installed, 'package.json'), 'utf8')),
    )
    expect(Object.keys(manifest.dependencies)).toEqual(['jose'])
    const code = await readFile(path.join(project.installed, 'dist/index.js'))
    expect(gzipSync(code, { level: 9 }).length).toBeLessThan(10_240)
  })

  it('compiles in the examples of every framework, as strictly as TypeScript can', {
    timeout: 30_000,
  }, async () => {
    await cp(path.join(root, 'packages/mcp/examples'), project.folder, { recursive: true })
    const manifest = { compilerOptions: STRICT, files: await examples() }
    await writeFile(path.join(project.folder, 'tsconfig.json'), JSON.stringify(manifest))
    await project.compile(project.folder)
    // As Node resolves modules, with the types of the package itself looked at, too.
    const nodenext = {
      ...STRICT,
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
    const folder = path.join(project.folder, 'consumer')
    await mkdir(folder)
    await writeFile(path.join(folder, 'index.mts'), consumer)
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: nodenext }))
    await project.compile(folder)
  })

  it('runs in a plain Node', async () => {
    const script = `import { createVerifier, protect } from '@vestibule/mcp'
const verifier = createVerifier({ issuer: 'https://a.example', resource: 'https://b.example/mcp' })
const { status, headers } = await protect(verifier, () => new Response())(new Request('https://b.example/mcp'))
console.log(status, headers.get('www-authenticate'))`
    await writeFile(path.join(project.folder, 'run.mjs'), script)
    const { stdout } = await run(process.execPath, ['run.mjs'], { cwd: project.folder })
    expect(stdout.trim()).toBe(
      '401 Bearer resource_metadata="https://b.example/.well-known/oauth-protected-resource/mcp"',
    )
  })
})
