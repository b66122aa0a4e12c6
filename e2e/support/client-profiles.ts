import { DISCOVERY } from './client-discovery'
import {
  atFirst,
  type ClientProfile,
  codeAndRefresh,
  everywhere,
  publicClient,
  untilRefresh,
} from './client-profile'

const claudeWeb = {
  redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
  ...codeAndRefresh,
  scope: 'mcp',
  client_name: 'Claude',
  application_type: 'web',
}

const claudeWebLogin = {
  redirectUri: 'https://claude.ai/api/mcp/auth_callback',
  authorize: { scope: 'resource and offline_access', resource: true },
} as const

const claudeCodeLogin = {
  ...everywhere,
  authorize: { scope: 'resource and offline_access', resource: true },
} as const

const cursor = {
  identification: {
    registration: {
      ...publicClient,
      client_name: 'Cursor',
      redirect_uris: [
        'cursor://anysphere.cursor-mcp/oauth/callback',
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'http://localhost:8787/callback',
      ],
    },
  },
} as const

const vscodeRegistration = {
  client_name: 'Visual Studio Code',
  client_uri: 'https://code.visualstudio.com',
  grant_types: [...codeAndRefresh.grant_types, 'urn:ietf:params:oauth:grant-type:device_code'],
  response_types: ['code'],
  redirect_uris: [
    'https://insiders.vscode.dev/redirect',
    'https://vscode.dev/redirect',
    'http://127.0.0.1/',
    'http://127.0.0.1:33418/',
  ],
  token_endpoint_auth_method: 'none',
  application_type: 'native',
}

/** Reads the code with a pattern, decodes nothing, and names the resource at the authorization endpoint alone. */
const vscodeLogin = {
  authorize: {
    scope: 'resource',
    resource: true,
    extra: { state: 'vscode://dynamicauthprovider/notes?nonce=a%2Bb%3D&windowId=1' },
  },
  ...atFirst,
} as const

const codexLogin = {
  ...untilRefresh,
  discovery: DISCOVERY.appendedFirst,
  authorize: { scope: 'resource', resource: true },
} as const

const chatgptLogin = {
  authorize: { scope: 'authorization server', resource: true },
} as const

const inspector = 'http://localhost:6274'

/** What is played in clients/clients.spec.ts: each of them through its whole life. Add a client by adding an object. */
export const CLIENT_PROFILES: readonly ClientProfile[] = [
  {
    ...claudeWebLogin,
    ...everywhere,
    name: 'Claude on the web',
    identification: { registration: { ...claudeWeb, token_endpoint_auth_method: 'none' } },
  },
  {
    ...claudeWebLogin,
    name: 'Claude on the web, with a secret',
    identification: { registration: { ...claudeWeb, token_endpoint_auth_method: 'client_secret_post' } },
    token: { authentication: 'client_secret_post', resource: true },
    refresh: { resource: true },
    revocation: 'client_secret_basic',
  },
  {
    ...claudeWebLogin,
    ...everywhere,
    name: 'Claude on the web, by its address',
    identification: { address: 'https://claude.ai/oauth/mcp-oauth-client-metadata' },
  },
  {
    // Registers without a scope and asks for some all the same.
    ...claudeCodeLogin,
    name: 'Claude Code',
    identification: {
      registration: {
        ...publicClient,
        client_name: 'Claude Code',
        redirect_uris: ['http://localhost:54545/callback'],
      },
    },
    redirectUri: 'http://localhost:54545/callback',
  },
  {
    ...claudeCodeLogin,
    name: 'Claude Code, by its address',
    identification: { address: 'https://claude.ai/oauth/claude-code-client-metadata' },
    redirectUri: 'http://localhost:54546/callback',
  },
  {
    ...cursor,
    name: 'Cursor',
    redirectUri: 'cursor://anysphere.cursor-mcp/oauth/callback',
    authorize: { scope: 'authorization server', resource: true },
    ...untilRefresh,
  },
  {
    ...cursor,
    name: 'Cursor, through its agents on the web',
    redirectUri: 'https://www.cursor.com/agents/mcp/oauth/callback',
    authorize: { scope: 'authorization server', resource: false },
    ...atFirst,
  },
  {
    ...vscodeLogin,
    name: 'VS Code, on another port than it registered',
    identification: { registration: vscodeRegistration },
    redirectUri: 'http://127.0.0.1:49731/',
  },
  {
    ...vscodeLogin,
    name: 'VS Code, through its site',
    identification: { registration: { ...vscodeRegistration, scope: 'profile:read notes:write' } },
    redirectUri: 'https://vscode.dev/redirect',
  },
  {
    ...vscodeLogin,
    name: 'VS Code, by its address',
    identification: { address: 'https://vscode.dev/oauth/client-metadata.json' },
    redirectUri: 'http://127.0.0.1:49732/',
  },
  {
    ...everywhere,
    name: 'MCP Inspector 0.21',
    page: inspector,
    identification: {
      registration: {
        ...publicClient,
        client_name: 'MCP Inspector',
        client_uri: 'https://github.com/modelcontextprotocol/inspector',
        redirect_uris: [`${inspector}/oauth/callback`, `${inspector}/oauth/callback/debug`],
      },
    },
    redirectUri: `${inspector}/oauth/callback/debug`,
    authorize: { resource: true },
  },
  {
    ...everywhere,
    name: 'MCP Inspector 2.12',
    identification: {
      registration: {
        ...publicClient,
        client_name: 'MCP Inspector',
        redirect_uris: [`${inspector}/oauth/callback`],
        scope: '',
        application_type: 'native',
      },
    },
    redirectUri: `${inspector}/oauth/callback`,
    // As the official SDKs ask when the server lists `offline_access`.
    authorize: { scope: 'resource and offline_access', resource: true, extra: { prompt: 'consent' } },
  },
  {
    // Not published: inferred from its documentation.
    ...chatgptLogin,
    name: 'ChatGPT',
    identification: {
      registration: {
        client_name: 'ChatGPT',
        redirect_uris: ['https://chatgpt.com/connector/oauth/Vt3aQ8xk2WmB'],
        ...codeAndRefresh,
        token_endpoint_auth_method: 'client_secret_basic',
      },
    },
    redirectUri: 'https://chatgpt.com/connector/oauth/Vt3aQ8xk2WmB',
    token: { authentication: 'client_secret_basic', resource: true },
    refresh: { resource: true },
    revocation: 'client_secret_basic and client_id',
  },
  {
    // Its document lists two methods, and it may come with the weaker one.
    ...chatgptLogin,
    ...everywhere,
    name: 'ChatGPT, by its address',
    identification: { address: 'https://chatgpt.com/oauth/client.json' },
    redirectUri: 'https://chatgpt.com/connector_platform_oauth_redirect',
  },
  {
    ...chatgptLogin,
    name: 'ChatGPT, by its address and signing',
    identification: {
      document: {
        client_name: 'ChatGPT',
        redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
      },
    },
    redirectUri: 'https://chatgpt.com/connector_platform_oauth_redirect',
    token: { authentication: 'private_key_jwt', resource: true },
    refresh: { resource: true },
  },
  {
    ...codexLogin,
    name: 'Codex, on another port than it registered',
    identification: {
      registration: { ...publicClient, client_name: 'Codex', redirect_uris: ['http://localhost/callback'] },
    },
    redirectUri: 'http://localhost:38111/callback',
  },
  {
    ...codexLogin,
    name: 'Codex, by its address',
    identification: { address: 'https://chatgpt.com/oauth/codex/client.json' },
    redirectUri: 'http://127.0.0.1:38112/callback',
  },
  {
    ...everywhere,
    name: 'Gemini CLI',
    discovery: DISCOVERY.openidFirst,
    identification: {
      registration: {
        ...publicClient,
        client_name: 'Gemini CLI MCP Client',
        redirect_uris: ['http://localhost:7777/oauth/callback'],
        scope: '',
      },
    },
    redirectUri: 'http://localhost:7777/oauth/callback',
    authorize: { scope: 'resource', resource: true },
  },
  {
    name: 'mcp-remote',
    identification: {
      registration: {
        ...publicClient,
        client_name: 'MCP CLI Proxy',
        client_uri: 'https://github.com/modelcontextprotocol/mcp-cli',
        redirect_uris: ['http://localhost:14532/oauth/callback'],
        software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
        software_version: '0.15.1',
        scope: 'openid email profile',
      },
    },
    redirectUri: 'http://localhost:14532/oauth/callback',
    authorize: { scope: 'authorization server', resource: true },
    token: { authentication: 'none', resource: true },
    refresh: { resource: true, scope: 'granted' },
  },
  {
    name: 'the Python SDK, with a secret',
    identification: {
      registration: {
        client_name: 'A script',
        redirect_uris: ['http://localhost:3030/callback'],
        ...codeAndRefresh,
        token_endpoint_auth_method: 'client_secret_basic',
      },
    },
    redirectUri: 'http://localhost:3030/callback',
    authorize: { scope: 'resource', resource: true },
    token: { authentication: 'client_secret_basic, encoded', resource: true },
    refresh: { resource: true },
  },
  {
    name: 'a client that registers only its redirect URI',
    identification: { registration: { redirect_uris: ['http://127.0.0.1:40404/cb'] } },
    redirectUri: 'http://127.0.0.1:40404/cb',
    authorize: { resource: false },
    token: { authentication: 'client_secret_basic', resource: false },
    refresh: { resource: false },
  },
]
