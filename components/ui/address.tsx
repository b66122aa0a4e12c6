import { Fragment } from 'react'

/**
 * An address that may go on in the next line after its slashes, dots and “@”, and not within a word. Where its place
 * forbids new lines it stays in one, which a `<wbr>` would not.
 */
export function Address({ children }: { readonly children: string }) {
  const parts = children.split(/(?<=[/@?&=.])(?=[^/@?&=.])/)
  return parts.map((part, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one address stay where they are
    <Fragment key={i}>
      {i > 0 && <span className="may-break" />}
      {part}
    </Fragment>
  ))
}
