/**
 * Copies of the metadata documents of widespread clients, for when theirs cannot be fetched and none is stored. The
 * authority is the document itself: these hold only what is needed to let the client in.
 */

const DESKTOP = ['http://127.0.0.1/callback', 'http://localhost/callback']

const DOCUMENTS = [
  {
    client_id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
    client_name: 'Claude',
    redirect_uris: ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback'],
    token_endpoint_auth_method: 'none',
  },
  {
    client_id: 'https://claude.ai/oauth/claude-code-client-metadata',
    client_name: 'Claude Code',
    redirect_uris: DESKTOP,
    token_endpoint_auth_method: 'none',
  },
  {
    client_id: 'https://chatgpt.com/oauth/client.json',
    client_name: 'ChatGPT',
    redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
    token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
    jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
  },
  {
    client_id: 'https://chatgpt.com/oauth/codex/client.json',
    client_name: 'Codex',
    redirect_uris: DESKTOP,
    token_endpoint_auth_method: 'none',
  },
  {
    client_id: 'https://vscode.dev/oauth/client-metadata.json',
    client_name: 'Visual Studio Code',
    redirect_uris: [
      'https://insiders.vscode.dev/redirect',
      'https://vscode.dev/redirect',
      'http://127.0.0.1/',
      'http://127.0.0.1:33418/',
    ],
    token_endpoint_auth_method: 'none',
  },
  {
    client_id: 'https://zed.dev/oauth/client-metadata.json',
    client_name: 'Zed',
    redirect_uris: DESKTOP,
    token_endpoint_auth_method: 'none',
  },
  {
    client_id: 'https://opencode.ai/oauth/opencode/client.json',
    client_name: 'OpenCode',
    redirect_uris: DESKTOP,
    token_endpoint_auth_method: 'none',
  },
]

/** By `client_id`, in wire form: they go through the same checks as what is fetched. */
export const WELL_KNOWN_DOCUMENTS: ReadonlyMap<string, object> = new Map(
  DOCUMENTS.map((document) => [document.client_id, document]),
)
