import { displayText } from '@/lib/oauth/protocol/display-text'

type ForeignTextProps = {
  readonly text: string
  /** Visible characters shown at most. */
  readonly length?: number
  readonly className?: string
}

/** Untrusted text: cleaned, cut, and isolated so that it cannot reorder the sentence around it. */
export function ForeignText({ text, length, className }: ForeignTextProps) {
  return <bdi className={className}>{displayText(text, length)}</bdi>
}
