import { randomBytes } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { listenOnLoopback } from '../../sandbox/loopback-server'

/** A client's web site: a host on this machine that publishes documents and counts requests. */
export type DocumentHost = {
  readonly origin: string
  /** Publishes JSON at a path of its own, and returns its address; a function gets the address. */
  readonly publish: (content: object | ((url: string) => object)) => string
  /** Answers there itself. */
  readonly serve: (answer: RequestListener) => string
  /** How often an address was asked for. */
  readonly asked: (url: string) => number
  readonly close: () => Promise<void>
}

export async function startDocumentHost(): Promise<DocumentHost> {
  const answers = new Map<string, RequestListener>()
  const counts = new Map<string, number>()
  const { origin, close } = await listenOnLoopback(0, () => (request, response) => {
    const path = request.url ?? ''
    counts.set(path, (counts.get(path) ?? 0) + 1)
    const answer = answers.get(path)
    if (answer) answer(request, response)
    else response.writeHead(404).end()
  })
  const serve = (answer: RequestListener) => {
    // Another host may have had this port: an address that was known there must not come back.
    const path = `/${randomBytes(8).toString('hex')}.json`
    answers.set(path, answer)
    return origin + path
  }
  return {
    origin,
    serve,
    publish: (content) => {
      const url: string = serve((_, response) => {
        const body = typeof content === 'function' ? content(url) : content
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      })
      return url
    },
    asked: (url) => counts.get(new URL(url).pathname) ?? 0,
    close,
  }
}

/** A document as it should be, with changes; a change to undefined leaves the member out. */
export const clientDocument =
  (redirectUri: string, changes: object = {}) =>
  (url: string) => ({
    client_id: url,
    client_name: 'Documented Client',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    ...changes,
  })
