import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Trait } from './faults'

export const RESOURCE = 'https://mcp.example/mcp'
export const SCOPES = ['openid', 'files:read', 'files:write']
export const RESOURCE_CREDENTIAL = 'the-credential-of-the-resource-server'
export const USER = { username: 'alice', password: 'the password of alice' }

export type ToyClient = {
  readonly id: string
  readonly name: string
  readonly secret?: string
  readonly redirectUris: readonly string[]
  readonly grants: readonly string[]
  readonly managementToken: string
  readonly jwksUri?: string
  readonly logoUri?: string
}

/** What the user gave: everything that is issued hangs on one, and ends with it. */
export type ToyGrant = {
  readonly clientId: string
  readonly scope: readonly string[]
  readonly audience: string | undefined
  ended: boolean
}

export type ToyCode = {
  readonly grant: ToyGrant
  readonly redirectUri: string
  readonly challenge: string | undefined
  readonly method: string | undefined
  readonly expiresAt: number
  spent: boolean
}

export type ToyRequest = { readonly parameters: URLSearchParams; readonly formToken: string }

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** Everything that a toy server knows. */
export type Toy = {
  readonly issuer: string
  readonly has: (fault: Trait) => boolean
  readonly clock: { now: number }
  readonly documentBase: string
  readonly keys: typeof pair
  readonly clients: Map<string, ToyClient>
  readonly codes: Map<string, ToyCode>
  readonly refreshTokens: Map<string, { readonly grant: ToyGrant; used: boolean }>
  readonly accessTokens: Map<string, ToyGrant>
  readonly devices: Map<string, string>
  readonly requests: Map<string, ToyRequest>
  readonly newCode: () => string
}

export const random = () => randomBytes(32).toString('base64url')

export function newToy(issuer: string, faults: ReadonlySet<Trait>, documentBase: string): Toy {
  let counted = 0
  const has = (fault: Trait) => faults.has(fault)
  return {
    issuer,
    has,
    clock: { now: 1_800_000_000_000 },
    documentBase,
    keys: pair,
    clients: new Map(),
    codes: new Map(),
    refreshTokens: new Map(),
    accessTokens: new Map(),
    devices: new Map(),
    requests: new Map(),
    newCode: () => (has('codes are counted') ? `code-of-the-server-${1_000 + counted++}` : random()),
  }
}

/** An error in the words of the protocol. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly status = 400,
  ) {
    super(code)
  }
}

/** The parameters of a request, each once (RFC 6749 §3.1). */
export function parameters(toy: Toy, text: URLSearchParams): URLSearchParams {
  const names = [...text.keys()]
  const twice = names.length !== new Set(names).size
  if (twice && !toy.has('the last of two parameters')) throw new Refusal('invalid_request')
  // The first one, in this toy’s fault: which one does not matter.
  return new URLSearchParams([...text].filter(([name], at) => names.indexOf(name) === at))
}
