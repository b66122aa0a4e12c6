'use client'

import { useFormState } from '@/components/ui/action-form'
import { CopyText } from '@/components/ui/copy-text'
import { SentTo } from '../console/sent-to'

type PasswordLinkProps = {
  /** With `{address}` in it. */
  readonly lead: string
  /** The same. */
  readonly sent: string
  readonly copy: string
  readonly copied: string
}

/** The link that a form's action answered, to be passed on. */
export function PasswordLink({ lead, sent, copy, copied }: PasswordLinkProps) {
  const { link = '', address = '' } = useFormState().shown ?? {}
  return (
    <div className="callout callout-good" role="status">
      <div>
        <SentTo text={sent} />
        <p>{lead.replace('{address}', address)}</p>
        <CopyText text={link} label={copy} copied={copied} />
      </div>
    </div>
  )
}
