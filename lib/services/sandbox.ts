import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { SYSTEM } from '@/lib/access'
import { type Config, ConfigError, environment } from '@/lib/config'
import { applyConfiguration } from '@/lib/configuration/apply'
import { SANDBOX } from '@/lib/configuration/sandbox-place'
import { callbackUrl, pathIssuer } from '@/lib/oauth/protocol/urls'
import { findServersBeside, moveServer } from '@/lib/store/oauth/servers'
import type { Installation } from './installation'

export type Sandbox = {
  /** What to point an MCP client at. */
  readonly mcpUrl: string
  close(): Promise<void>
}

/**
 * Starts the sandbox unless it is off: an OpenID provider with test users and a sample MCP server, in a process of
 * their own that speaks only the public protocols, and the default server that they belong to.
 *
 * @returns null when the sandbox is off, or its server was deleted
 */
export async function startSandbox(config: Config, installation: Installation): Promise<Sandbox | null> {
  const others = await findServersBeside(installation.db, SANDBOX)
  if (others.isDeleted || !isWanted(config, others.any)) return null
  const clientSecret = randomBytes(32).toString('base64url')
  const mcpUrl = `http://localhost:${config.sandboxMcpPort}/mcp`
  const idp = `http://localhost:${config.sandboxIdpPort}`
  const isDefault = !others.isDefaultTaken
  const issuer = isDefault ? config.publicUrl : pathIssuer(config.publicUrl, SANDBOX)
  await moveServer(installation.db, SANDBOX, { issuer, isDefault })
  await applyConfiguration(sandboxConfiguration({ mcpUrl, idp, isDefault }), {
    file: 'sandbox',
    env: { SANDBOX_CLIENT_SECRET: clientSecret },
    config,
    actor: SYSTEM,
    ...installation,
  })
  const child = spawn(process.execPath, [path.resolve('dist/sandbox.js')], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...environment(),
      NODE_ENV: 'production',
      SANDBOX_ISSUER: issuer,
      SANDBOX_IDP_PORT: String(config.sandboxIdpPort),
      SANDBOX_MCP_PORT: String(config.sandboxMcpPort),
      SANDBOX_CLIENT_ID: 'vestibule',
      SANDBOX_CLIENT_SECRET: clientSecret,
      SANDBOX_CALLBACK_URL: callbackUrl(config.publicUrl, SANDBOX),
    },
  })
  await ready(child)
  return { mcpUrl, close: () => stop(child) }
}

function isWanted(config: Config, hasOtherServers: boolean): boolean {
  if (config.sandbox !== 'auto') return config.sandbox === 'on'
  return config.databaseUrl === undefined && !hasOtherServers
}

/** The child says so when both programs listen; it ends by itself when this process is gone. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', () =>
      reject(
        new ConfigError([
          'SANDBOX_IDP_PORT or SANDBOX_MCP_PORT cannot be used, as said above: give others, or set SANDBOX=0.',
        ]),
      ),
    )
    child.once('message', () => resolve())
  })
}

function stop(child: ChildProcess): Promise<void> {
  // Ctrl-C in a terminal reaches the child as well.
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}

type Place = { readonly mcpUrl: string; readonly idp: string; readonly isDefault: boolean }

const sandboxConfiguration = ({ mcpUrl, idp, isDefault }: Place) => `
organizations:
  - slug: ${SANDBOX}
    name: Sandbox
    connections:
      - slug: ${SANDBOX}
        id: ${SANDBOX}
        name: the sandbox login
        type: oidc
        issuer: ${idp}
        client_id: vestibule
        client_secret: env:SANDBOX_CLIENT_SECRET
        scopes: [openid, email, profile, offline_access]
    servers:
      - slug: ${SANDBOX}
        name: Sandbox MCP
        default: ${isDefault}
        resource: ${mcpUrl}
        connection: ${SANDBOX}
        passed_claims: [name, email]
        scopes:
          - { name: "profile:read", description: "See your name and email address" }
          - { name: "notes:write", description: "Add notes for you" }
        clients:
          - client_id: sandbox-cli
            name: Sandbox command line
            redirect_uris: ["http://127.0.0.1/callback"]
            token_endpoint_auth_method: none
`
