'use client'

import { useFormState } from '../action-form'
import { CopyText } from '../copy-text'

type NewLinkProps = { readonly copy: string; readonly copied: string }

/** The link that the form has just made. */
export function NewLink({ copy, copied }: NewLinkProps) {
  return <CopyText text={useFormState().shown?.url ?? ''} label={copy} copied={copied} />
}
