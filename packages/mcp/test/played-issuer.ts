import type { VerifierOptions } from '../src/types'
import { createVerifier } from '../src/verifier'
import { vectors } from './vectors'

const { issuer, resource, scopes, tools, leeway, now, jwks, serverMetadata, feed } = vectors

type Answer = object | string | number | (() => Promise<Response>)

/** The issuer of the vectors, without a network: its documents can be changed, and its failures played. */
export function playedIssuer(
  answers: Partial<Record<'introspection' | 'feed' | 'jwks' | 'token', Answer>> = {},
) {
  const clock = { now: now * 1000 }
  const asked: string[] = []
  const state: Record<string, Answer> = { jwks, metadata: serverMetadata, ...answers }
  const places: Readonly<Record<string, string>> = {
    [`${new URL(issuer).origin}/.well-known/oauth-authorization-server${new URL(issuer).pathname}`]:
      'metadata',
    [`${issuer}/oauth/jwks`]: 'jwks',
    [`${issuer}/oauth/introspect`]: 'introspection',
    [`${issuer}/oauth/token`]: 'token',
    [feed.uri]: 'feed',
  }
  const requests: { url: string; init: RequestInit }[] = []
  async function fetch(url: string, init: RequestInit): Promise<Response> {
    const name = places[url.split('?')[0] ?? ''] ?? 'elsewhere'
    asked.push(name)
    requests.push({ url, init })
    const answer = state[name] ?? 404
    if (typeof answer === 'function') return answer()
    if (typeof answer === 'number') return new Response(null, { status: answer })
    return typeof answer === 'string' ? new Response(answer) : Response.json(answer)
  }
  return {
    clock,
    state,
    fetch,
    requests,
    /** How often a document was asked for. */
    count: (name: string) => asked.filter((one) => one === name).length,
    verifier: (more: Partial<VerifierOptions> = {}) =>
      createVerifier({ issuer, resource, scopes, tools, leeway, fetch, now: () => clock.now, ...more }),
  }
}

export const networkFails = (): Promise<Response> => Promise.reject(new TypeError('fetch failed'))
