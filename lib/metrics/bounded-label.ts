/**
 * Keeps a label's values few: the first so many are told apart, all others are `other`.
 *
 * @param most values
 */
export function firstOf(most: number): (value: string) => string {
  const known = new Set<string>()
  return (value) => {
    if (known.size < most) known.add(value)
    return known.has(value) ? value : 'other'
  }
}
