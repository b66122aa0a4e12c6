'use client'

import { useFormState } from '../console/action-form'
import { CopyText } from '../console/copy-text'

type PasswordLinkProps = {
  /** With `{address}` in it. */
  readonly lead: string
  readonly copy: string
  readonly copied: string
}

/** The link that a form's action answered, to be passed on. */
export function PasswordLink({ lead, copy, copied }: PasswordLinkProps) {
  const { link = '', address = '' } = useFormState().shown ?? {}
  return (
    <div className="callout callout-good" role="status">
      <div>
        <p>{lead.replace('{address}', address)}</p>
        <CopyText text={link} label={copy} copied={copied} />
      </div>
    </div>
  )
}
