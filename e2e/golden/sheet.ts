import type { App } from '../support/app'
import { newVisitor, type Visitor } from '../support/attack-visitor'
import type { HostRequest } from '../support/host-fetch'
import { htmlText } from './html-text'
import { sorted } from './mask'

export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string }

/** A title, arguments, and what is read from standard input. */
type Call = readonly [string, readonly string[], string?]

/** One file of the recording. */
export type Sheet = {
  /** Writes down a text under a title. */
  readonly note: (title: string, text: string) => void
  /** Sends a request, and writes down what is asked and answered. */
  readonly ask: (title: string, url: string, request?: HostRequest, visitor?: Visitor) => Promise<Answer>
  /** Runs the command line, and writes down what it prints. */
  readonly run: (title: string, args: readonly string[], stdin?: string) => Promise<string>
  /** The same for commands that do not depend on one another. */
  readonly runAll: (calls: readonly Call[]) => Promise<void>
  readonly text: () => string
}

/** Commands side by side: each is a process. */
const AT_ONCE = 3

export function newSheet(app: App, mask: (text: string) => string): Sheet {
  const parts: string[] = []
  const note = (title: string, text: string) => {
    parts.push(`=== ${title}\n${mask(text).trimEnd()}\n`)
  }
  return {
    note,
    async ask(title, url, request = {}, visitor = newVisitor()) {
      const response = await visitor.go(url, request)
      const { status, headers } = response
      const answer = { status, headers, text: await response.text() }
      note(title, `${asked(url, request)}\n\n${answered(answer)}`)
      return answer
    },
    async run(title, args, stdin) {
      const { printed, stdout } = await run(app, args, stdin)
      note(title, printed)
      return stdout
    },
    async runAll(calls) {
      for (let i = 0; i < calls.length; i += AT_ONCE) {
        const some = calls.slice(i, i + AT_ONCE)
        const results = await Promise.all(some.map(([, args, stdin]) => run(app, args, stdin)))
        for (const [n, [title]] of some.entries()) note(title, results[n]?.printed ?? '')
      }
    },
    text: () => parts.join('\n'),
  }
}

async function run(app: App, args: readonly string[], stdin?: string) {
  const { code, stdout, stderr } = await app.cli(args, stdin)
  const printed = `$ vestibule ${args.join(' ')}\nexit code ${code}\n${stdout}${stderr && `stderr:\n${stderr}`}`
  return { printed, stdout }
}

/** JSON of an answer; an empty object where it has none. */
export const json = ({ text }: Answer): Record<string, string> =>
  text.startsWith('{') ? JSON.parse(text) : {}

/** Characters of a body that are shown of what is sent. */
const LONGEST = 2000

/** Headers that say nothing about the program, or nothing that holds. */
const LEFT_OUT = /^(date|connection|keep-alive|transfer-encoding|content-length|etag|link|vary|x-nextjs-.*)$/

function asked(url: string, { method = 'GET', headers = {}, body, host }: HostRequest): string {
  const shown = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const sent =
    body === undefined ? [] : [body instanceof Uint8Array ? '(a form)' : String(body).slice(0, LONGEST)]
  return [`${method} ${url}`, ...(host === undefined ? [] : [`host: ${host}`]), ...shown, ...sent].join('\n')
}

/** An answer as it is written down. */
export function answered({ status, headers, text }: Answer): string {
  const shown = [...headers]
    .filter(([name]) => !LEFT_OUT.test(name))
    .map(([name, value]) => `${name}: ${value}`)
  return [String(status), ...shown.toSorted(), ...(text === '' ? [] : ['', readable(headers, text)])].join(
    '\n',
  )
}

function readable(headers: Headers, text: string): string {
  const type = headers.get('content-type') ?? ''
  if (type.includes('html')) return htmlText(text)
  return /json$|json;/.test(type) ? JSON.stringify(sorted(JSON.parse(text)), null, 1) : text
}
