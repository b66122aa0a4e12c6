import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { STORE_RETRY_AFTER } from '../retry-after'

/** What Next adds to every page: its scripts, and the hints to load them early. React escapes both in any text. */
const SCRIPTS = /<script\b[^>]*>[\s\S]*?<\/script>|<link\b[^>]*\bas="script"[^>]*>/g

/** Next's page where a page could not be made: what it says would be drawn by its scripts. */
const DRAWN_BY_SCRIPT = /<html[^>]* id="__next_error__"/

type Page = {
  /** The page's own script, as a tag; absent: it runs none. */
  readonly script?: string
  /** The status that the page has said it has; undefined where it said nothing. */
  readonly statusOf: () => number | undefined
  /** What is sent in the place of a page that could not be made. */
  readonly failurePage: (status: number) => string
}

/** Sends a page without Next's scripts, and with its own. The page comes whole, not in parts. Decision 0132. */
export function withoutScripts(request: IncomingMessage, response: ServerResponse, page: Page): void {
  const isZipped = page.script !== undefined && /\bgzip\b/.test(String(request.headers['accept-encoding']))
  // What is compressed could not be read here.
  delete request.headers['accept-encoding']
  const parts: Buffer[] = []
  const end = response.end.bind(response)
  const holding = holdHead(response)
  response.write = (part: string | Uint8Array) => {
    parts.push(Buffer.from(part))
    return true
  }
  response.end = (part?: unknown) => {
    if (typeof part === 'string' || part instanceof Uint8Array) parts.push(Buffer.from(part))
    const body = Buffer.concat(parts)
    holding.isOver = true
    response.removeHeader('link')
    if (request.headers['x-in-place']) sayLocation(response)
    if (!String(response.getHeader('content-type')).startsWith('text/html')) return end(body)
    response.statusCode = page.statusOf() ?? response.statusCode
    if (response.statusCode === 503) response.setHeader('retry-after', STORE_RETRY_AFTER)
    const html = withOwnScript(body.toString('utf8'), response.statusCode, page)
    if (!isZipped || html === '') return end(html)
    void zipped(html).then((bytes) => {
      response.setHeader('content-encoding', 'gzip')
      const vary = String(response.getHeader('vary') ?? '')
      if (!/accept-encoding/i.test(vary))
        response.setHeader('vary', vary ? `${vary}, Accept-Encoding` : 'Accept-Encoding')
      end(bytes)
    })
    return response
  }
}

/** Next sends the head before the first part: until the last one is there, the status is not known. */
function holdHead(response: ServerResponse): { isOver: boolean } {
  const holding = { isOver: false }
  const writeHead = response.writeHead.bind(response)
  response.flushHeaders = () => {}
  response.writeHead = (status: number, ...more: unknown[]) => {
    if (holding.isOver) return Reflect.apply(writeHead, response, [status, ...more])
    response.statusCode = status
    const headers = more.at(-1)
    if (typeof headers === 'object' && headers !== null && !Array.isArray(headers))
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    return response
  }
  return holding
}

const zipped = promisify(gzip)

function withOwnScript(html: string, status: number, { script, failurePage }: Page): string {
  // Next draws a redirect with its scripts, too: its address is enough.
  if (status >= 300 && status < 400) return ''
  if (DRAWN_BY_SCRIPT.test(html)) return failurePage(status)
  const bare = html.replace(SCRIPTS, '')
  return script === undefined ? bare : bare.replace('</head>', () => `${script}</head>`)
}

/** A form that a script of ours has sent is told where to go, wherever that is: the browser would follow by itself. */
function sayLocation(response: ServerResponse): void {
  const location = response.getHeader('location')
  if (location === undefined || response.statusCode < 300 || response.statusCode > 399) return
  response.removeHeader('location')
  response.setHeader('x-location', location)
  response.statusCode = 204
}
