import path from 'node:path'

/** A box of the picture: its id, its label, and the files that it stands for. */
export type Room = { readonly id: string; readonly label: string; readonly files: RegExp }

export type Edge = readonly [from: string, to: string]

const IMPORT = /(?:from|import)\s*\(?\s*'([^']+)'/g

/**
 * Which room imports which.
 *
 * @param files path and text of each file; the first room whose pattern matches the path has the file
 */
export function importsBetween(
  rooms: readonly Room[],
  files: readonly (readonly [file: string, text: string])[],
): readonly Edge[] {
  const roomOf = (file: string) => rooms.find((room) => room.files.test(file))?.id
  const edges = new Map<string, Edge>()
  for (const [file, text] of files)
    for (const [, target = ''] of text.matchAll(IMPORT)) {
      const [from, to] = [roomOf(file), roomOf(resolveImport(file, target) ?? '')]
      if (from && to && from !== to) edges.set(`${from} ${to}`, [from, to])
    }
  return [...edges.values()]
}

/** The path that a relative import or one of `@/…` names, without extension; undefined for packages. */
function resolveImport(file: string, target: string): string | undefined {
  if (target.startsWith('@/')) return target.slice(2)
  return target.startsWith('.') ? path.posix.join(path.posix.dirname(file), target) : undefined
}

/** Fewer edges with the same reachability: one is dropped where a path over the remaining ones replaces it. */
export function withoutDetours(edges: readonly Edge[]): readonly Edge[] {
  return edges.reduce((left, edge) => {
    const others = left.filter((one) => one !== edge)
    return reaches(others, edge[0], edge[1]) ? others : left
  }, edges)
}

function reaches(edges: readonly Edge[], from: string, to: string, seen = new Set<string>()): boolean {
  return edges.some(
    ([start, step]) =>
      start === from && (step === to || (!seen.has(step) && reaches(edges, step, to, seen.add(step)))),
  )
}

/** The picture in Mermaid's language, the rooms in their order. */
export function mermaid(rooms: readonly Room[], edges: readonly Edge[]): string {
  const order = (id: string) => rooms.findIndex((room) => room.id === id)
  const sorted = edges.toSorted((a, b) => order(a[0]) - order(b[0]) || order(a[1]) - order(b[1]))
  const boxes = rooms.map(({ id, label }) => `    ${id}["${label}"]`)
  return ['```mermaid', 'flowchart TD', ...boxes, ...sorted.map(([a, b]) => `    ${a} --> ${b}`), '```'].join(
    '\n',
  )
}
