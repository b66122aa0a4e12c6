type Name =
  | 'format and lint'
  | 'types'
  | 'dependency law'
  | 'folder cycles'
  | 'sizes'
  | 'sources'
  | 'dead code'

/** By name: the program and its arguments. */
export const checks: Readonly<Record<Name, readonly [command: string, ...args: string[]]>>

/** What the dependency rules look at. */
export const sources: readonly string[]
