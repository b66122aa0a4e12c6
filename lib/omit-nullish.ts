/** An object without the members that are null or undefined: those that always have a value, and those that may have one. */
export type WithoutNullish<T> = {
  [Key in keyof T as Extract<T[Key], null | undefined> extends never ? Key : never]: T[Key]
} & {
  [Key in keyof T as Extract<T[Key], null | undefined> extends never ? never : Key]?: NonNullable<T[Key]>
}

/** Leaves out the members that are null or undefined: of rows, and of what is written as JSON. */
export function omitNullish<T extends object>(value: T): WithoutNullish<T> {
  const present = Object.entries(value).filter(([, member]) => member !== null && member !== undefined)
  return Object.fromEntries(present) as WithoutNullish<T>
}
