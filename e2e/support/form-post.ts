import { createHash } from 'node:crypto'
import { expect } from '@playwright/test'
import { listenOnLoopback } from '../../sandbox/loopback-server'
import { authorizeUrl, makePkce } from './test'

/** What a form carries to a client, and where to. */
export type PostedAnswer = { readonly action: string; readonly fields: Readonly<Record<string, string>> }

const decode = (text: string) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))

/** The form of a page: our own pages write no other entities than these. */
export function formIn(html: string): PostedAnswer {
  const action = decode(/<form [^>]*action="([^"]*)"/.exec(html)?.[1] ?? '')
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
  return {
    action,
    fields: Object.fromEntries(fields.map(([, name = '', value = '']) => [name, decode(value)])),
  }
}

/** The page that posts an answer to the client by itself: its one script and nothing else may run. */
export async function expectPosted(response: Response): Promise<PostedAnswer> {
  const html = await response.text()
  expect(response.status, html).toBe(200)
  expect(response.headers.get('location')).toBeNull()
  expect(response.headers.get('content-type')).toContain('text/html')
  expect(response.headers.get('cache-control')).toContain('no-store')
  expect(response.headers.get('referrer-policy')).toBe('no-referrer')
  expect(response.headers.get('x-frame-options')).toBe('DENY')
  expect(response.headers.get('access-control-allow-origin')).toBeNull()
  const [, script = '', ...more] = /<script>([^<]*)<\/script>/.exec(html) ?? []
  expect(more).toEqual([])
  const hash = createHash('sha256').update(script).digest('base64')
  const policy = response.headers.get('content-security-policy') ?? ''
  expect(policy).toContain(`default-src 'none'; script-src 'sha256-${hash}';`)
  expect(policy).not.toMatch(/unsafe|form-action/)
  return formIn(html)
}

/** A client that listens, as a program or a site does. */
export type ListeningClient = {
  readonly redirectUri: string
  /** What was posted to it, the last one last. */
  readonly posted: readonly { readonly body: URLSearchParams; readonly headers: Record<string, unknown> }[]
  readonly close: () => Promise<void>
}

export async function startListeningClient(): Promise<ListeningClient> {
  const posted: { body: URLSearchParams; headers: Record<string, unknown> }[] = []
  const { origin, close } = await listenOnLoopback(0, () => async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = new URLSearchParams(Buffer.concat(chunks).toString())
    if (request.method === 'POST' && request.url === '/callback')
      posted.push({ body, headers: request.headers })
    response.writeHead(200, { 'content-type': 'text/html' }).end('<p>back at the client')
  })
  return { redirectUri: `http://127.0.0.1:${new URL(origin).port}/callback`, posted, close }
}

/** An authorization URL of the pre-registered client, which wants its answer posted. */
export function formPostUrl(
  issuer: string,
  redirectUri: string,
  changes: Record<string, string | undefined> = {},
) {
  const pkce = makePkce()
  const url = authorizeUrl(issuer, {
    client_id: 'cli',
    redirect_uri: redirectUri,
    code_challenge: pkce.challenge,
    response_mode: 'form_post',
    state: 'the-state',
    ...changes,
  })
  return { url, verifier: pkce.verifier }
}
