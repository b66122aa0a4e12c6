import type { Answer } from '../sheet'

export const ACME = '/organizations/acme'

type Request = { readonly key?: string; readonly body?: unknown; readonly headers?: Record<string, string> }

/** Asks for an operation of the management API, with a remark behind a colon where it is asked for again. */
export type Call = (operation: string, path: string, request?: Request) => Promise<Answer>

export type Item = {
  readonly id: string
  readonly reference: string
  readonly reason?: string
  readonly client: Item
  readonly user: Item
}

export const items = (answer: Answer) => (JSON.parse(answer.text) as { items: [Item, ...Item[]] }).items
