import type { FetchedJson, Fetcher } from '@/lib/oauth/ports/clients'
import { safeFetch } from './safe-fetch'
import { FetchProblem, type SafeFetchPolicy } from './safe-request'

/** Milliseconds for name look-up, connection and answer together: a person is waiting. */
const TIMEOUT = 5_000

/** Requests that one host gets from one process within {@link WINDOW}, against abuse as an amplifier. */
const BUDGET = 30

/** Milliseconds. */
const WINDOW = 60_000

/** Milliseconds that a failure is remembered, in this process alone, so that a corrected document works soon. */
const FAILURE_MEMORY = 10_000

/** Milliseconds that an answer is remembered: for callers who looked for a stored one just before it was stored. */
const ANSWER_MEMORY = 1_000

/** Hosts and outcomes that are remembered at most. */
const MAX_REMEMBERED = 1_000

type Recent = { readonly result: FetchedJson; readonly until: number }
type Spent = { readonly count: number; readonly until: number }

/**
 * The fetcher of this process, over {@link safeFetch}: callers who want the same at the same time share one request,
 * and a host that is asked too often is left alone.
 *
 * @param policy.now milliseconds
 */
export function limitedFetcher(
  policy: Pick<SafeFetchPolicy, 'allowLoopback' | 'resolve'> & { readonly now?: () => number },
): Fetcher {
  const { now = Date.now, ...rest } = policy
  const inFlight = new Map<string, Promise<FetchedJson>>()
  const recent = new Map<string, Recent>()
  const budgets = new Map<string, Spent>()

  function spend(host: string): boolean {
    const spent = live(budgets, host, now())
    const count = (spent?.count ?? 0) + 1
    if (count > BUDGET) return false
    remember(budgets, host, { count, until: spent?.until ?? now() + WINDOW }, now())
    return true
  }

  function keep(url: string, result: FetchedJson, memory: number): FetchedJson {
    remember(recent, url, { result, until: now() + memory }, now())
    return result
  }

  async function attempt(url: string, maxBytes: number): Promise<FetchedJson> {
    const known = live(recent, url, now())
    if (known) return known.result
    if (!spend(new URL(url).host))
      return { outcome: 'failed', failure: 'asked_too_often', problem: 'its host has been asked too often' }
    try {
      const fetched = await safeFetch(url, maxBytes, { ...rest, timeout: TIMEOUT })
      return keep(url, { outcome: 'fetched', ...fetched }, ANSWER_MEMORY)
    } catch (error) {
      if (!(error instanceof FetchProblem)) throw error
      const { failure, message: problem, detail } = error
      return keep(url, { outcome: 'failed', failure, problem, detail }, FAILURE_MEMORY)
    }
  }

  return {
    fetchJson(url, maxBytes) {
      const running = inFlight.get(url)
      if (running) return running
      const started = attempt(url, maxBytes).finally(() => inFlight.delete(url))
      inFlight.set(url, started)
      return started
    },
  }
}

function live<T extends { readonly until: number }>(map: Map<string, T>, key: string, now: number) {
  const found = map.get(key)
  if (found && found.until > now) return found
  map.delete(key)
  return undefined
}

/** What is over goes, so that no body is held for longer than it may be of use; at the limit the oldest makes room. */
function remember<T extends { readonly until: number }>(
  map: Map<string, T>,
  key: string,
  value: T,
  now: number,
): void {
  for (const [other, { until }] of map) if (until <= now) map.delete(other)
  const [oldest] = map.keys()
  if (map.size >= MAX_REMEMBERED && !map.has(key) && oldest !== undefined) map.delete(oldest)
  map.set(key, value)
}
