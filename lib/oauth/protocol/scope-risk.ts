/** What the worst is that a client can do with a scope: look, change, or delete. */
export const SCOPE_RISKS = ['read', 'write', 'delete'] as const
export type ScopeRisk = (typeof SCOPE_RISKS)[number]

/** A scope as its users are told of it. */
export type DescribedScope = {
  readonly name: string
  /** A sentence for the consent page: "Read your files". */
  readonly description: string
  /** The same in other languages. */
  readonly translations?: { readonly de?: string }
  /** What the worst is that a client can do with it; absent: what its name says. */
  readonly risk?: ScopeRisk
}

const DELETING = /^(delete|remove|destroy|erase|purge)/
const CHANGING =
  /^(write|create|update|edit|change|modify|manage|admin|full|send|post|publish|upload|execute|run)/

/**
 * The risk of a scope as its operator says, otherwise as its name does: `files:delete`. Undefined where neither does:
 * nothing is promised then.
 */
export function riskOf({
  name,
  risk,
}: {
  readonly name: string
  readonly risk?: ScopeRisk | undefined
}): ScopeRisk | undefined {
  if (risk) return risk
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
  if (words.some((word) => DELETING.test(word))) return 'delete'
  return words.some((word) => CHANGING.test(word)) ? 'write' : undefined
}
