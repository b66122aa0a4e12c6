import type { ClientName } from './finding'

/** How a well-known client makes itself known: what it registers (RFC 7591 §3.1), and its document where it has one. */
export type KnownClient = {
  readonly name: ClientName
  readonly registration: Readonly<Record<string, unknown>> & { readonly redirect_uris: readonly string[] }
  /** The address that is its `client_id` (CIMD), where it has one. */
  readonly document?: string
  /** Runs at its maker's, and reaches public addresses alone. */
  readonly hosted?: true
}

const codeAndRefresh = {
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
}

/** The shapes of their requests, as they were seen in the field. */
export const KNOWN_CLIENTS: readonly KnownClient[] = [
  {
    name: 'Claude',
    registration: {
      ...codeAndRefresh,
      client_name: 'Claude',
      redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
      scope: 'mcp',
      application_type: 'web',
      token_endpoint_auth_method: 'client_secret_post',
    },
    document: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
    hosted: true,
  },
  {
    name: 'ChatGPT',
    registration: {
      ...codeAndRefresh,
      client_name: 'ChatGPT',
      redirect_uris: ['https://chatgpt.com/connector/oauth/vestibule-doctor'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
    document: 'https://chatgpt.com/oauth/client.json',
    hosted: true,
  },
  {
    name: 'Cursor',
    registration: {
      ...codeAndRefresh,
      client_name: 'Cursor',
      redirect_uris: [
        'cursor://anysphere.cursor-mcp/oauth/callback',
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'http://localhost:8787/callback',
      ],
      token_endpoint_auth_method: 'none',
    },
  },
  {
    name: 'VS Code',
    registration: {
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
    },
    document: 'https://vscode.dev/oauth/client-metadata.json',
  },
  {
    name: 'MCP Inspector',
    registration: {
      ...codeAndRefresh,
      client_name: 'MCP Inspector',
      redirect_uris: ['http://localhost:6274/oauth/callback'],
      scope: '',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
    },
  },
]
