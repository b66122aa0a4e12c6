import { Fragment } from 'react'
import { type CodeLanguage, highlight } from './highlight'

type CodeProps = { readonly text: string; readonly language: CodeLanguage }

/** Code with its colours, to stand within `pre`. Made on the server. */
export async function Code({ text, language }: CodeProps) {
  const lines = await highlight(text, language)
  return lines.map((tokens, line) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text that does not change
    <Fragment key={line}>
      {line > 0 && '\n'}
      {tokens.map(({ text, kind }, i) =>
        kind ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <span key={i} className={`code-${kind}`}>
            {text}
          </span>
        ) : (
          text
        ),
      )}
    </Fragment>
  ))
}
