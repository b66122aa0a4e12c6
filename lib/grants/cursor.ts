import type { Cursor } from '@/lib/store/database/keyset'

const TIME = /^([12]\d{3}-\d\d-\d\d) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?[+-](0\d|1[0-5])(:[0-5]\d)?$/
const ID = /^[\w-]{1,64}$/

/** A position in a list as a link carries it; absent after the last page. */
export function writeCursor(position: Cursor | null): string | undefined {
  return position ? Buffer.from(`${position.at} ${position.id}`).toString('base64url') : undefined
}

/** What {@link writeCursor} wrote. Anything else is the beginning of the list. */
export function readCursor(text: string | undefined): Cursor | undefined {
  const read = Buffer.from(text ?? '', 'base64url').toString()
  const at = read.slice(0, read.lastIndexOf(' '))
  const id = read.slice(read.lastIndexOf(' ') + 1)
  return ID.test(id) && isDay(TIME.exec(at)?.[1]) ? { at, id } : undefined
}

/** The 30th of February is none: Postgres would refuse it. */
function isDay(text: string | undefined): boolean {
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(`${text}T`)
}
