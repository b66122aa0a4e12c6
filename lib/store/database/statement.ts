import type { Sql } from 'postgres'

/** As it is sent: times and JSON as text. */
type Value = string | number | undefined

/** What statements run on: a pool, or a transaction of its driver. */
export type Connected = { readonly $client: Pick<Sql, 'unsafe'> }

/** Runs a statement. Names of `Values` that it does not use may be given all the same. */
export type Statement<Values, Row> = (db: Connected, values: Values) => Promise<readonly Row[]>

/**
 * A statement that is written by hand, for the few that run with each request: its text is made once, and every
 * connection prepares it once (`pool.ts`). Decision 0061.
 *
 * @param write the text; it is given what stands for a value in it
 */
export function statement<
  Values extends Readonly<Record<string, Value>>,
  Row extends object = Record<string, never>,
>(write: (value: (name: keyof Values & string) => string) => string): Statement<Values, Row> {
  const names: (keyof Values & string)[] = []
  const written = write((name) => {
    if (!names.includes(name)) names.push(name)
    return `$${names.indexOf(name) + 1}`
  })
  const text = written.replace(/\s+/g, ' ').trim()
  return (db, values) =>
    db.$client.unsafe<Row[]>(
      text,
      names.map((name) => values[name] ?? null),
    )
}

/** One statement for each kind of input, made when it first occurs. */
export function statementFor<Kind extends Readonly<Record<string, boolean>>, S>(
  make: (kind: Kind) => S,
): (kind: Kind) => S {
  const made = new Map<string, S>()
  return (kind) => {
    const name = Object.values(kind).join()
    const known = made.get(name) ?? make(kind)
    made.set(name, known)
    return known
  }
}
