import { createElement, Fragment, type ReactNode } from 'react'

type SentenceProps = {
  /** With `{name}` where something is drawn. */
  readonly text: string
  readonly values: Readonly<Record<string, ReactNode>>
}

/** A sentence with something drawn in it, at the place that its language wants. */
export function Sentence({ text, values }: SentenceProps) {
  // Every second part is the name of a value.
  const parts = text.split(/\{(\w+)\}/).map((part, i) => (i % 2 === 0 ? part : values[part]))
  return createElement(Fragment, null, ...parts)
}
