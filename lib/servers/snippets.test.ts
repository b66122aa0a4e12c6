import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newProject, type Project, STRICT } from '@/packages/mcp/test/installed-package'
import { fetchCode, mcpHandlerCode, type Place, sdkCode } from './snippets'

let project: Project
beforeAll(async () => {
  project = await newProject()
})
afterAll(() => project.remove())

const PLACE: Place = {
  name: 'Files',
  slug: 'files',
  issuer: 'https://auth.example.com/s/files',
  resource: 'https://mcp.example.com/mcp',
  jwksUri: 'https://auth.example.com/s/files/oauth/jwks',
  metadataUrl: 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp',
  metadata: { resource_name: 'Files', scopes_supported: ['files:read'] },
  challenge: '',
  isOpaque: true,
}

/** The files that the code for Next.js is made of: each begins with its path. */
function filesOf(code: string): readonly (readonly [file: string, code: string])[] {
  const parts = code.split(/^\/\/ (\S+\.ts)$/m).slice(1)
  return parts.flatMap((file, at) => (at % 2 === 0 ? [[file, parts[at + 1] ?? ''] as const] : []))
}

const USES = `import express from 'express'
import { protectedBy } from './fetch'
import { protection } from './sdk'

export const handle = protectedBy((_request, { user }) => new Response(user.sub))
express().use(protection)
`

it('the code on the page compiles in a project that is as strict as TypeScript can be', {
  timeout: 60_000,
}, async () => {
  const files = filesOf(mcpHandlerCode(PLACE))
  expect(files.map(([file]) => file)).toEqual([
    'lib/verifier.ts',
    'app/mcp/route.ts',
    'app/.well-known/oauth-protected-resource/mcp/route.ts',
  ])
  const all = [
    ...files,
    ['fetch.ts', fetchCode(PLACE)],
    ['sdk.ts', sdkCode(PLACE)],
    ['uses.ts', USES],
  ] as const
  for (const [file, code] of all) {
    await mkdir(path.dirname(path.join(project.folder, file)), { recursive: true })
    await writeFile(path.join(project.folder, file), code)
  }
  const compilerOptions = { ...STRICT, paths: { '@/*': ['./*'] } }
  const settings = { compilerOptions, files: all.map(([file]) => file) }
  await writeFile(path.join(project.folder, 'tsconfig.json'), JSON.stringify(settings))
  await project.compile(project.folder)
})
