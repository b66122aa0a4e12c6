import { execFile } from 'node:child_process'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { root, STRICT } from '@/packages/mcp/test/installed-package'
import { listening, type Place, type Started } from './started'

const NEXT = path.join(root, 'node_modules/next/dist/bin/next')

const FILES = {
  'next.config.mjs': `export default { turbopack: { root: '/' } }`,
  'tsconfig.json': JSON.stringify({ compilerOptions: { ...STRICT, jsx: 'react-jsx' }, include: ['**/*.ts'] }),
  'lib/verifier.ts': `import { createVerifier } from '@vestibule/mcp'

const { ISSUER: issuer = '', RESOURCE: resource = '' } = process.env
const tools = { delete_file: ['files:write'] }
export const verifier = createVerifier({ issuer, resource, scopes: ['files:read'], tools })
`,
  'app/mcp/route.ts': `import { mcpRoute } from '../../lib/next-mcp-handler'
import { verifier } from '../../lib/verifier'

const route = mcpRoute(verifier)
export { route as GET, route as POST }
`,
  'app/.well-known/oauth-protected-resource/mcp/route.ts': `import { metadataRoute } from '../../../../lib/next-mcp-handler'
import { verifier } from '../../../../lib/verifier'

const metadata = metadataRoute(verifier)
export { metadata as GET, metadata as OPTIONS }
`,
}

/** The example of `mcp-handler` in an application of Next.js, built and started. */
export async function startNext(place: Place): Promise<Started> {
  const { folder } = place.project
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true })
    await writeFile(path.join(folder, name), text)
  }
  const example = 'next-mcp-handler.ts'
  await cp(path.join(root, 'packages/mcp/examples', example), path.join(folder, 'lib', example))
  const env = { ...process.env, ...place.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' }
  await promisify(execFile)(process.execPath, [NEXT, 'build'], { cwd: folder, env }).catch((error) => {
    throw new Error(`${error.stdout}${error.stderr}`)
  })
  return listening(process.execPath, [NEXT, 'start', '--port', String(place.port)], place)
}
