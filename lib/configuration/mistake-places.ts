import type { Mistake, Path } from './mistakes'
import type { OrganizationInput } from './schema/settings'
import { entriesOf, wireName } from './schema/wire'

/** The mistake as seen from a place; one that is somewhere else says where. */
export function within(mistake: Mistake, place: Path): Mistake {
  if (place.every((step, i) => mistake.path[i] === step))
    return { ...mistake, path: mistake.path.slice(place.length) }
  return { ...mistake, path: [], elsewhere: mistake.path.join('.') }
}

/** Mistakes in the order in which the values were given; what is missing comes before its neighbours. */
export function inOrderOf(input: OrganizationInput, mistakes: readonly Mistake[]): readonly Mistake[] {
  const placed = mistakes.map((mistake) => ({ mistake, place: placeOf(input, mistake.path) }))
  return placed.toSorted((a, b) => compare(a.place, b.place)).map(({ mistake }) => mistake)
}

function placeOf(input: unknown, [step, ...rest]: Path): readonly number[] {
  if (step === undefined) return []
  if (typeof step === 'number')
    return [step, ...placeOf(Array.isArray(input) ? input[step] : undefined, rest)]
  const members = entriesOf(input) ?? []
  const index = members.findIndex(([key, value]) => wireName(key) === step && value !== undefined)
  return [index, ...placeOf(members[index]?.[1], rest)]
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, index] of a.entries()) {
    const other = b[i]
    if (other === undefined || index !== other) return index - (other ?? Number.NEGATIVE_INFINITY)
  }
  return a.length - b.length
}
