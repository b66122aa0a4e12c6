/**
 * How clients in the field register, ask and exchange: the shapes of their requests, nothing of their code. They
 * change rarely, and what they have in common is what a server may not refuse.
 */
export type ClientProfile = {
  readonly name: string
  /** The body of the registration request (RFC 7591 §3.1). */
  readonly registration: Readonly<Record<string, unknown>>
  /** The redirect URI of the login; one that was registered, or a loopback one with another port. */
  readonly redirectUri: string
  readonly authorize: {
    readonly scope?: ScopeChoice
    readonly resource: boolean
    readonly extra?: Readonly<Record<string, string>>
  }
  readonly token: {
    readonly authentication: 'none' | 'client_secret_post' | 'client_secret_basic'
    readonly resource: boolean
  }
  readonly refresh: { readonly resource: boolean; readonly scope?: 'granted' }
}

/** Where the scope comes from: the resource's metadata, the authorization server's, or both halves of the first. */
export type ScopeChoice = 'resource' | 'resource and offline_access' | 'authorization server'

const BOTH_GRANTS = ['authorization_code', 'refresh_token']

/** What is the same for most of them. */
const publicClient = {
  grant_types: BOTH_GRANTS,
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
}

const claudeWeb = {
  redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
  grant_types: BOTH_GRANTS,
  response_types: ['code'],
  scope: 'mcp',
  client_name: 'Claude',
  application_type: 'web',
}

const vscodeRedirectUris = [
  'https://insiders.vscode.dev/redirect',
  'https://vscode.dev/redirect',
  'http://127.0.0.1/',
  'http://127.0.0.1:33418/',
]

export const CLIENT_PROFILES: readonly ClientProfile[] = [
  {
    name: 'Claude on the web',
    registration: { ...claudeWeb, token_endpoint_auth_method: 'none' },
    redirectUri: 'https://claude.ai/api/mcp/auth_callback',
    authorize: { scope: 'resource and offline_access', resource: true },
    token: { authentication: 'none', resource: true },
    refresh: { resource: true },
  },
  {
    name: 'Claude on the web, with a secret',
    registration: { ...claudeWeb, token_endpoint_auth_method: 'client_secret_post' },
    redirectUri: 'https://claude.ai/api/mcp/auth_callback',
    authorize: { scope: 'resource and offline_access', resource: true },
    token: { authentication: 'client_secret_post', resource: true },
    refresh: { resource: true },
  },
  {
    name: 'Claude Code',
    registration: {
      ...publicClient,
      client_name: 'Claude Code (notes)',
      redirect_uris: ['http://localhost:54545/callback'],
    },
    redirectUri: 'http://localhost:54545/callback',
    authorize: { scope: 'resource and offline_access', resource: true },
    token: { authentication: 'none', resource: true },
    refresh: { resource: true },
  },
  {
    name: 'Cursor',
    registration: {
      ...publicClient,
      client_name: 'Cursor',
      redirect_uris: [
        'cursor://anysphere.cursor-mcp/oauth/callback',
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'http://localhost:8787/callback',
      ],
    },
    redirectUri: 'cursor://anysphere.cursor-mcp/oauth/callback',
    authorize: { scope: 'authorization server', resource: true },
    token: { authentication: 'none', resource: true },
    refresh: { resource: false },
  },
  {
    name: 'Cursor, through its agents on the web',
    registration: {
      ...publicClient,
      client_name: 'Cursor',
      redirect_uris: [
        'cursor://anysphere.cursor-mcp/oauth/callback',
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'http://localhost:8787/callback',
      ],
    },
    redirectUri: 'https://www.cursor.com/agents/mcp/oauth/callback',
    authorize: { scope: 'authorization server', resource: false },
    token: { authentication: 'none', resource: false },
    refresh: { resource: false },
  },
  {
    name: 'VS Code, on another port than it registered',
    registration: {
      client_name: 'Visual Studio Code',
      client_uri: 'https://code.visualstudio.com',
      grant_types: [...BOTH_GRANTS, 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: ['code'],
      redirect_uris: vscodeRedirectUris,
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    },
    redirectUri: 'http://127.0.0.1:49731/',
    authorize: {
      scope: 'resource',
      resource: true,
      extra: { state: 'vscode://dynamicauthprovider/notes?nonce=a%2Bb%3D&windowId=1' },
    },
    token: { authentication: 'none', resource: false },
    refresh: { resource: false },
  },
  {
    name: 'VS Code, through its site',
    registration: {
      client_name: 'Visual Studio Code',
      client_uri: 'https://code.visualstudio.com',
      grant_types: BOTH_GRANTS,
      response_types: ['code'],
      redirect_uris: vscodeRedirectUris,
      scope: 'profile:read notes:write',
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    },
    redirectUri: 'https://vscode.dev/redirect',
    authorize: { scope: 'resource', resource: true },
    token: { authentication: 'none', resource: false },
    refresh: { resource: false },
  },
  {
    name: 'MCP Inspector 0.21',
    registration: {
      ...publicClient,
      client_name: 'MCP Inspector',
      client_uri: 'https://github.com/modelcontextprotocol/inspector',
      redirect_uris: ['http://localhost:6274/oauth/callback', 'http://localhost:6274/oauth/callback/debug'],
    },
    redirectUri: 'http://localhost:6274/oauth/callback/debug',
    authorize: { resource: true },
    token: { authentication: 'none', resource: true },
    refresh: { resource: true },
  },
  {
    name: 'MCP Inspector 2.12',
    registration: {
      ...publicClient,
      client_name: 'MCP Inspector',
      redirect_uris: ['http://localhost:6274/oauth/callback'],
      scope: '',
      application_type: 'native',
    },
    redirectUri: 'http://localhost:6274/oauth/callback',
    authorize: { scope: 'resource and offline_access', resource: true, extra: { prompt: 'consent' } },
    token: { authentication: 'none', resource: true },
    refresh: { resource: true },
  },
  {
    // Not published: inferred from its documentation.
    name: 'ChatGPT',
    registration: {
      client_name: 'ChatGPT',
      redirect_uris: ['https://chatgpt.com/connector/oauth/Vt3aQ8xk2WmB'],
      grant_types: BOTH_GRANTS,
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
    redirectUri: 'https://chatgpt.com/connector/oauth/Vt3aQ8xk2WmB',
    authorize: { scope: 'authorization server', resource: true },
    token: { authentication: 'client_secret_basic', resource: true },
    refresh: { resource: true },
  },
  {
    name: 'Codex, on another port than it registered',
    registration: { ...publicClient, client_name: 'Codex', redirect_uris: ['http://localhost/callback'] },
    redirectUri: 'http://localhost:38111/callback',
    authorize: { scope: 'resource', resource: true },
    token: { authentication: 'none', resource: true },
    refresh: { resource: false },
  },
  {
    name: 'Gemini CLI',
    registration: {
      ...publicClient,
      client_name: 'Gemini CLI MCP Client',
      redirect_uris: ['http://localhost:7777/oauth/callback'],
      scope: '',
    },
    redirectUri: 'http://localhost:7777/oauth/callback',
    authorize: { scope: 'resource', resource: true },
    token: { authentication: 'none', resource: true },
    refresh: { resource: true },
  },
  {
    name: 'mcp-remote',
    registration: {
      ...publicClient,
      client_name: 'MCP CLI Proxy',
      client_uri: 'https://github.com/modelcontextprotocol/mcp-cli',
      redirect_uris: ['http://localhost:14532/oauth/callback'],
      software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
      software_version: '0.15.1',
      scope: 'openid email profile',
    },
    redirectUri: 'http://localhost:14532/oauth/callback',
    authorize: { scope: 'authorization server', resource: true },
    token: { authentication: 'none', resource: true },
    refresh: { resource: true, scope: 'granted' },
  },
  {
    name: 'a client that registers only its redirect URI',
    registration: { redirect_uris: ['http://127.0.0.1:40404/cb'] },
    redirectUri: 'http://127.0.0.1:40404/cb',
    authorize: { resource: false },
    token: { authentication: 'client_secret_basic', resource: false },
    refresh: { resource: false },
  },
]
