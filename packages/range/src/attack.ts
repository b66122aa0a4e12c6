import type { Target } from './target'

export type Severity = 'critical' | 'high' | 'medium' | 'low'

/** What is tried, and how it is judged. */
export type Attack = {
  readonly id: string
  /** What the attacker gets where it works. */
  readonly gets: string
  /** The specification and section that it breaks. */
  readonly reference: string
  readonly severity: Severity
  /** Which observation makes it a finding. */
  readonly decides: string
  /**
   * Tries it.
   *
   * @returns what was observed where it worked, undefined where the server withstood
   * @throws NotOffered where the server has no such feature, Undecided where nothing can be said
   */
  readonly run: (target: Target) => Promise<string | undefined>
}

/** Those of the observations that are there, as one sentence; undefined where there is none. */
export function together(observations: readonly (string | undefined)[]): string | undefined {
  const seen = observations.filter((one) => one !== undefined)
  return seen.length > 0 ? [...new Set(seen)].join('; ') : undefined
}

/** Tries variants one after another, and tells of those that worked. */
export async function each<T>(
  variants: readonly T[],
  attempt: (variant: T) => Promise<string | undefined>,
): Promise<string | undefined> {
  const observations: (string | undefined)[] = []
  for (const variant of variants) observations.push(await attempt(variant))
  return together(observations)
}
