import type { Position } from '@/lib/store/keyset'

const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/
const ID = /^[\w-]{1,64}$/

/** A position in a list as a link carries it; absent after the last page. */
export function writeBookmark(position: Position | null): string | undefined {
  return position ? Buffer.from(`${position.at} ${position.id}`).toString('base64url') : undefined
}

/** What {@link writeBookmark} wrote. Anything else is the beginning of the list. */
export function readBookmark(text: string | undefined): Position | undefined {
  const read = Buffer.from(text ?? '', 'base64url').toString()
  const at = read.slice(0, read.lastIndexOf(' '))
  const id = read.slice(read.lastIndexOf(' ') + 1)
  return TIME.test(at) && ID.test(id) && !Number.isNaN(Date.parse(`${at.slice(0, 10)}T00:00:00Z`))
    ? { at, id }
    : undefined
}
