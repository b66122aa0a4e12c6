'use client'

import { useFormState } from '@/components/ui/action-form'
import { CopyText } from '@/components/ui/copy-text'
import { SentTo } from '../sent-to'

type NewLinkProps = { readonly copy: string; readonly copied: string; readonly sent: string }

/** The link that the form has just made. */
export function NewLink({ copy, copied, sent }: NewLinkProps) {
  return (
    <>
      <SentTo text={sent} />
      <CopyText text={useFormState().shown?.url ?? ''} label={copy} copied={copied} />
    </>
  )
}
