import { createMcpHandler } from '@modelcontextprotocol/server'
import { createVerifier, protect } from '@vestibule/mcp'
import { filesServer } from './sdk-v2-fetch'

/** A Cloudflare Worker: its bindings are there when the first request comes. */
type Env = { readonly ISSUER: string; readonly RESOURCE: string }

let handle: ((request: Request, env: Env) => Promise<Response>) | undefined

function worker({ ISSUER: issuer, RESOURCE: resource }: Env) {
  const tools = { delete_file: ['files:write'] }
  const verifier = createVerifier({ issuer, resource, scopes: ['files:read'], tools })
  const mcp = createMcpHandler(({ authInfo }) => filesServer(verifier, authInfo))
  return protect(verifier, (request, { authInfo }, _env: Env) => mcp.fetch(request, { authInfo }))
}

export default {
  fetch(request: Request, env: Env): Promise<Response> {
    handle ??= worker(env)
    return handle(request, env)
  },
}
