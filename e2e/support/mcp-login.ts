import { randomBytes } from 'node:crypto'
import {
  Client as ClientV2,
  type OAuthClientMetadata,
  type OAuthDiscoveryState,
  type OAuthClientProvider as ProviderV2,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport as TransportV2,
} from '@modelcontextprotocol/client'
import type { OAuthClientProvider as ProviderV1 } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Page } from '@playwright/test'
import { logIn } from './test'

/** Nothing needs to listen there: the browser's request to it is what counts. */
const REDIRECT_URI = 'http://127.0.0.1:43117/oauth/callback'

/** What an MCP client keeps between its requests, open to a test that wants to spoil it. */
export type Account = {
  client?: StoredOAuthClientInformation | undefined
  tokens?: StoredOAuthTokens | undefined
  codeVerifier?: string
  state?: string
  discovery?: OAuthDiscoveryState
  /** How the browser came back from the last login. */
  callback?: URL | undefined
  /** Every authorization URL that a person was sent to. */
  readonly visits: URL[]
}

export type McpClient = {
  readonly account: Account
  /** Connects with what the account holds; where that is not enough a person logs in, and it connects again. */
  readonly connect: () => Promise<void>
  readonly toolNames: () => Promise<string[]>
  /** Calls a tool, if need be again after a person has logged in; returns its structured content. */
  readonly call: (name: string, args?: Record<string, unknown>) => Promise<Record<string, unknown>>
  readonly close: () => Promise<void>
}

type Provider = ProviderV1 & ProviderV2

/** One connection of an official client, before it is opened. */
type Connection = {
  readonly client: Pick<ClientV1, 'listTools' | 'close'> & {
    callTool: (call: { name: string; arguments: Record<string, unknown> }) => Promise<unknown>
  }
  readonly open: () => Promise<void>
  /** Hands the callback's parameters to the SDK, which exchanges the code. */
  readonly finish: (callback: URLSearchParams) => Promise<void>
}

const IDENTITY = { name: 'end-to-end', version: '1' }

/** The official clients in TypeScript; the second generation checks `iss` and the metadata's issuer. */
const GENERATIONS = {
  v1: (url: URL, authProvider: Provider): Connection => {
    const transport = new TransportV1(url, { authProvider })
    const client = new ClientV1(IDENTITY)
    const finish = (callback: URLSearchParams) => transport.finishAuth(callback.get('code') ?? '')
    return { client, open: () => client.connect(transport), finish }
  },
  v2: (url: URL, authProvider: Provider): Connection => {
    const transport = new TransportV2(url, { authProvider })
    const client = new ClientV2(IDENTITY)
    const finish = (callback: URLSearchParams) => transport.finishAuth(callback)
    return { client: client as Connection['client'], open: () => client.connect(transport), finish }
  },
}

export type Generation = keyof typeof GENERATIONS

export type McpClientOptions = {
  /** Logs in when a person is needed. */
  readonly user?: string
  /** What a person does at the identity provider, where it is another one than those of the tests. */
  readonly signIn?: (page: Page) => Promise<void>
  /** What the client registers. */
  readonly grantTypes?: readonly string[]
}

/**
 * An official MCP client with a memory and a browser.
 *
 * @param url of the MCP server: everything else is discovered
 */
export function mcpClient(
  generation: Generation,
  page: Page,
  url: string,
  options: McpClientOptions = {},
): McpClient {
  const account: Account = { visits: [] }
  const provider = providerFor(page, account, options)
  const newConnection = () => GENERATIONS[generation](new URL(url), provider)
  let connection = newConnection()
  const call = async (name: string, args: Record<string, unknown>) => {
    const result = (await connection.client.callTool({ name, arguments: args })) as {
      structuredContent?: Record<string, unknown>
    }
    return result.structuredContent ?? {}
  }
  return {
    account,
    connect: async () => {
      connection = newConnection()
      await connection.open().catch(async (error: unknown) => {
        if (!account.callback) throw error
        await connection.finish(takeCallback(account))
        connection = newConnection()
        await connection.open()
      })
    },
    toolNames: async () => (await connection.client.listTools()).tools.map(({ name }) => name),
    call: (name, args = {}) =>
      call(name, args).catch(async (error: unknown) => {
        if (!account.callback) throw error
        await connection.finish(takeCallback(account))
        return call(name, args)
      }),
    close: () => connection.client.close(),
  }
}

/** The parameters of the last callback, each taken once; the state is the client's to check. */
function takeCallback(account: Account): URLSearchParams {
  const parameters = account.callback?.searchParams
  account.callback = undefined
  if (!parameters) throw new Error('no person was sent to log in')
  if (parameters.get('state') !== account.state) throw new Error('the state came back changed')
  return parameters
}

/** Only keeps things and opens the browser: the SDKs do the rest of the login themselves. */
function providerFor(page: Page, account: Account, options: McpClientOptions): Provider {
  const clientMetadata: OAuthClientMetadata = {
    client_name: 'Notes for desktops',
    redirect_uris: [REDIRECT_URI],
    grant_types: [...(options.grantTypes ?? ['authorization_code', 'refresh_token'])],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  }
  return {
    redirectUrl: REDIRECT_URI,
    clientMetadata,
    state: () => {
      account.state = randomBytes(16).toString('base64url')
      return account.state
    },
    clientInformation: () => account.client,
    saveClientInformation: (client: StoredOAuthClientInformation) => {
      account.client = client
    },
    tokens: () => account.tokens,
    saveTokens: (tokens: StoredOAuthTokens) => {
      account.tokens = tokens
    },
    saveCodeVerifier: (verifier: string) => {
      account.codeVerifier = verifier
    },
    codeVerifier: () => account.codeVerifier ?? '',
    saveDiscoveryState: (discovery: OAuthDiscoveryState) => {
      account.discovery = discovery
    },
    discoveryState: () => account.discovery,
    invalidateCredentials: (what: string) => {
      if (what === 'all' || what === 'client') account.client = undefined
      if (what === 'all' || what === 'tokens') account.tokens = undefined
    },
    redirectToAuthorization: async (url: URL) => {
      account.visits.push(url)
      account.callback = await logIn(page, url.href, options.user, options.signIn)
    },
  }
}
