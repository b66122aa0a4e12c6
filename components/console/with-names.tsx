/** Of a parameter, a setting or an environment variable, with its value where one is named. */
const NAME = /\b([a-z]+(?:_[a-z]+)+|[A-Z]+(?:_[A-Z]+)+|[a-z]+=[a-z]+)\b/

/** A sentence in which the names of settings and parameters, as they are on the wire, stand as code. */
export function WithNames({ children }: { readonly children: string }) {
  return children.split(NAME).map((part, i) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence stay where they are
    i % 2 === 1 ? <code key={i}>{part}</code> : part,
  )
}
