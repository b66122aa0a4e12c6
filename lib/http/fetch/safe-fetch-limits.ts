import type { FetchedJson, Fetcher } from '@/lib/oauth/ports/clients'
import { untrustedNames } from './host-names'
import { safeFetch } from './safe-fetch'
import { FetchProblem, type SafeFetchPolicy } from './safe-request'

/** Milliseconds for name look-up, connection and answer together: a person is waiting. */
const TIMEOUT = 5_000

/**
 * Requests that one host gets from one process within {@link WINDOW}, against abuse as an amplifier. Addresses that
 * only a stranger has named so far have a budget of their own: made-up ones lock out no client that is known.
 */
const BUDGET = { known: 30, unknown: 20 }

/** Milliseconds. */
const WINDOW = 60_000

/** Milliseconds that a failure is remembered, in this process alone, so that a corrected document works soon. */
const FAILURE_MEMORY = 10_000

/** Milliseconds that an answer is remembered: for callers who looked for a stored one just before it was stored. */
const ANSWER_MEMORY = 1_000

/** The outcome when a budget is used up. */
const ASKED_TOO_OFTEN = {
  outcome: 'failed',
  failure: 'asked_too_often',
  problem: 'its host has been asked too often',
} as const satisfies FetchedJson

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
  policy: Pick<SafeFetchPolicy, 'allowLoopback'> &
    Partial<Pick<SafeFetchPolicy, 'resolve' | 'proxy'>> & { readonly now?: () => number },
): Fetcher {
  const { now = Date.now, ...given } = policy
  const names = { known: untrustedNames(), unknown: untrustedNames() }
  const inFlight = new Map<string, Promise<FetchedJson>>()
  const recent = new Map<string, Recent>()
  const budgets = { known: budget(BUDGET.known, now), unknown: budget(BUDGET.unknown, now) }

  function keep(url: string, result: FetchedJson, memory: number): FetchedJson {
    remember(recent, url, { result, until: now() + memory }, now())
    return result
  }

  async function attempt(url: string, maxBytes: number, kind: keyof typeof BUDGET): Promise<FetchedJson> {
    const before = live(recent, url, now())
    if (before) return before.result
    if (!budgets[kind](new URL(url).host)) return ASKED_TOO_OFTEN
    try {
      const rules = { resolve: names[kind], ...given, timeout: TIMEOUT }
      const fetched = await safeFetch(url, maxBytes, rules)
      return keep(url, { outcome: 'fetched', ...fetched }, ANSWER_MEMORY)
    } catch (error) {
      if (!(error instanceof FetchProblem)) throw error
      const { failure, message: problem, detail } = error
      return keep(url, { outcome: 'failed', failure, problem, detail }, FAILURE_MEMORY)
    }
  }

  return {
    fetchJson(url, maxBytes, isKnown) {
      const running = inFlight.get(url)
      if (running) return running
      const started = attempt(url, maxBytes, isKnown ? 'known' : 'unknown').finally(() =>
        inFlight.delete(url),
      )
      inFlight.set(url, started)
      return started
    },
  }
}

/** @returns whether this one may be asked again; each may be `most` times within {@link WINDOW} */
export function budget(most: number, now: () => number = Date.now): (name: string) => boolean {
  const budgets = new Map<string, Spent>()
  return (name) => {
    const spent = live(budgets, name, now())
    const count = (spent?.count ?? 0) + 1
    if (count > most) return false
    remember(budgets, name, { count, until: spent?.until ?? now() + WINDOW }, now())
    return true
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
