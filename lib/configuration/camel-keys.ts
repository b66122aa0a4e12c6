type Camel<Key> = Key extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Key

/** The same object with `token_endpoint` spelled `tokenEndpoint`; values are left as they are. */
export type CamelKeys<T> = { [Key in keyof T as Camel<Key>]: T[Key] }

/** From wire names to ours, one level deep: what lies below may have keys of its own making. */
export function camelKeys<T extends object>(wire: T): CamelKeys<T> {
  const camel = (key: string) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return Object.fromEntries(Object.entries(wire).map(([key, value]) => [camel(key), value])) as CamelKeys<T>
}

/** And back: `tokenEndpoint` becomes `token_endpoint`. */
export function wireName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
