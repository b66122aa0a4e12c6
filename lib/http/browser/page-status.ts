import { AsyncLocalStorage } from 'node:async_hooks'
import { processOnce } from '@/lib/process-once'

type Said = { status?: number }

/** A page of Next cannot choose its status and show anything: it says it here, and the server in front sets it. */
const said = () => processOnce('page-status', () => new AsyncLocalStorage<Said>())

/** @param status HTTP status of the page that is being made */
export function sayStatus(status: number): void {
  const store = said().getStore()
  if (store) store.status = status
}

/** Runs what makes a page; `statusOf` knows afterwards what the page said, undefined if nothing. */
export const withPageStatus = <T>(make: (statusOf: () => number | undefined) => T): T => {
  const store: Said = {}
  return said().run(store, () => make(() => store.status))
}
