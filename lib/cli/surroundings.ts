import type { Config } from '@/lib/config'
import type { Installation, Located } from '@/lib/services/installation'

/** Where a command reads and writes. */
export type Surroundings = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** What file names are relative to. */
  readonly directory: string
  /** Opens the database and the keys; the command line closes them. */
  open(config: Config): Promise<Installation>
  /** Where the database is, which is started or joined but neither migrated nor read. */
  locate(config: Config): Promise<Located>
  /** Becomes the server. */
  start(): Promise<unknown>
  /** Prints a line for people or pipes. */
  out(line: string): void
  /** Prints a line about what is wrong. */
  err(line: string): void
}

/** What a command on the database itself works with. */
export type Context = Surroundings & { readonly config: Config; readonly installation: Installation }
