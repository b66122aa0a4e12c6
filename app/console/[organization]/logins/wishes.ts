import type { LoginWishes } from '@/lib/logins/logins'

const WISHES = ['user', 'client', 'outcome', 'reason', 'server', 'from', 'until'] as const

/** What the address of the page asks for; what is absent or empty does not count. */
export const wishesIn = (query: Readonly<Record<string, string | undefined>>): LoginWishes =>
  Object.fromEntries(WISHES.flatMap((name) => (query[name] ? [[name, query[name]]] : [])))
