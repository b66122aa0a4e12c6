import type { ReactNode } from 'react'
import { Address } from './address'
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
export function CopyText({ text, label, copied, block = false, children }: CopyTextProps) {
  const code = <code>{children ?? <Address>{text}</Address>}</code>
  return (
    <div className={block ? 'copy copy-block' : 'copy'}>
      {block ? <pre>{code}</pre> : code}
      <button type="button" className="btn btn-plain btn-small" data-own data-copied={copied}>
        <Icon name="copy" size={16} />
        <Icon name="check" size={16} />
        <span aria-live="polite">{label}</span>
      </button>
    </div>
  )
}
