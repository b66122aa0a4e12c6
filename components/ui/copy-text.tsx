'use client'

import { type ReactNode, useState } from 'react'
import { Icon } from './icon'

type CopyTextProps = {
  readonly text: string
  readonly label: string
  readonly copied: string
  /** Several lines, such as code. */
  readonly block?: boolean
  /** The text as it is drawn, with colours; absent: plain. */
  readonly children?: ReactNode
}

/** Something to enter elsewhere, with a button that copies it. Without JavaScript it can be selected by one click. */
export function CopyText({ text, label, copied, block = false, children = text }: CopyTextProps) {
  const [done, setDone] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setDone(true)
    setTimeout(() => setDone(false), 2000)
  }
  return (
    <div className={block ? 'copy copy-block' : 'copy'}>
      {block ? (
        <pre>
          <code>{children}</code>
        </pre>
      ) : (
        <code>{text}</code>
      )}
      <button type="button" className="btn btn-plain btn-small" onClick={copy}>
        <Icon name={done ? 'check' : 'copy'} size={16} />
        <span aria-live="polite">{done ? copied : label}</span>
      </button>
    </div>
  )
}
