import type { Connection } from '../connection'
import type { Stores } from '../stores'

/** What is measured, in this order: each leaves behind what the next ones need. */
export const OPERATIONS = [
  'discovery',
  'jwks',
  'register',
  'authorize',
  'exchange',
  'refresh',
  'introspect',
  'login',
] as const

export type OperationName = (typeof OPERATIONS)[number]

export type Operation = {
  /** Makes what the operation uses up, off the clock; `count` is how often it will be done at most. */
  prepare?(count: number): Promise<void>
  /**
   * Does it once, on one of the connections.
   *
   * @param index of the connection
   * @returns false when nothing is left to do it with
   * @throws Error when the answer is not the right one
   */
  step(connection: Connection, index: number): Promise<boolean>
}

/** A target that runs. */
export type Running = {
  /** The process of the server. */
  readonly pid: number
  /** Seconds from its start. */
  readonly readyAfter: number
  readonly port: number
  /** As in the `Host` header. */
  readonly host: string
  readonly operations: Partial<Record<OperationName, Operation>>
  stop(): Promise<void>
}

export type Target = {
  /** As the command line names it. */
  readonly name: string
  /** As the report names it. */
  readonly label: string
  start(stores: Stores): Promise<Running>
}
