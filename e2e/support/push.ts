import { REDIRECT } from './attack-login'
import { postForm } from './attack-tokens'
import { makePkce } from './test'

export const URN = 'urn:ietf:params:oauth:request_uri:'

/** The parameters of a sound authorization request; a change to undefined leaves one out. */
export function soundRequest(changes: Record<string, string | undefined> = {}): Record<string, string> {
  const all: Record<string, string | undefined> = {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    response_type: 'code',
    code_challenge: makePkce().challenge,
    code_challenge_method: 'S256',
    state: 'the-state',
    ...changes,
  }
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

/** Pushes an authorization request (RFC 9126 §2.1). */
export const push = (issuer: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  postForm(issuer, '/oauth/par', form, headers)

/** Pushes one that must be taken, and returns its URI. */
export async function pushed(issuer: string, form: Record<string, string>): Promise<string> {
  const response = await push(issuer, form)
  if (response.status !== 201) throw new Error(`par answered ${response.status}: ${await response.text()}`)
  return (await response.json()).request_uri
}

/** Where the client then sends the browser (RFC 9126 §4), with additional parameters. */
export function pushedUrl(issuer: string, requestUri: string, more: Record<string, string> = {}): string {
  return `${issuer}/oauth/authorize?${new URLSearchParams({ client_id: 'cli', request_uri: requestUri, ...more })}`
}
