import { setTimeout as pause } from 'node:timers/promises'
import { places } from '@/lib/http/limits/under-way'
import { nextAlone } from '@/lib/next-alone'
import { processOnce } from '@/lib/process-once'

/** Milliseconds between two looks. */
const PAUSE = 2_000

/** Milliseconds after which a stream ends; browsers come back by themselves. */
const LONGEST = 15 * 60_000

/** Streams of a process, and of one operator: a page has one, and each asks the database every two seconds. */
const MOST = { all: 32, organization: 16, operator: 4 } as const

/** Streams that are open: all of them, those of an organization and those of an operator. */
const take = processOnce('event streams', () => places(MOST))
const stopping = processOnce('event streams stop', () => new AbortController())

/** Ends all streams of the process, which a stop would wait for. */
export const endEventStreams = () => stopping.abort()

/**
 * Server-sent events (HTML §9.2) of what each look finds, until the browser goes away, the look says that it may see no
 * more, or time is up. 429 when too many are open, 501 where no process lives long enough. Decisions 0112 and 0123.
 *
 * @param look null: whoever asked has signed out, or lost the permission
 */
export function eventStream(
  name: string,
  {
    operator,
    scope,
    request,
  }: {
    readonly operator: { readonly id: string }
    readonly scope: { readonly organizationId: string }
    readonly request: Request
  },
  look: () => Promise<readonly unknown[] | null>,
): Response {
  // A platform would end the function after a minute, and count it as work until then.
  if (nextAlone()) return new Response(null, { status: 501, headers: { 'cache-control': 'no-store' } })
  const release = take({ all: '', organization: scope.organizationId, operator: operator.id })
  if (!release)
    return new Response(null, { status: 429, headers: { 'retry-after': '10', 'cache-control': 'no-store' } })
  const ended = new AbortController()
  const until = AbortSignal.any([ended.signal, stopping.signal, request.signal, AbortSignal.timeout(LONGEST)])
  const end = () => {
    ended.abort()
    release()
  }
  until.addEventListener('abort', end)
  const parts = told(name, until, look)
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await parts.next().catch(() => ({ done: true, value: undefined }))
      if (value !== undefined) return controller.enqueue(new TextEncoder().encode(value))
      end()
      if (done) controller.close()
    },
    cancel: end,
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      // Compression would hold them back, and so would proxies.
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  })
}

/** What is sent: a comment where nothing is new, so that a browser that is gone is noticed. */
async function* told(
  name: string,
  until: AbortSignal,
  look: () => Promise<readonly unknown[] | null>,
): AsyncGenerator<string, void> {
  yield 'retry: 5000\n\n'
  while (!until.aborted) {
    const found = await look()
    if (!found) {
      yield 'event: end\ndata:\n\n'
      return
    }
    yield found.map((one) => `event: ${name}\ndata: ${JSON.stringify(one)}\n\n`).join('') || ':\n\n'
    await pause(PAUSE, undefined, { signal: until }).catch(() => {})
  }
}
