'use client'

import { useFormState } from '@/components/ui/action-form'
import { CopyText } from '@/components/ui/copy-text'

type NewKeyProps = { readonly copy: string; readonly copied: string }

/** The key that the form has just made. */
export function NewKey({ copy, copied }: NewKeyProps) {
  const { shown } = useFormState()
  return <CopyText text={shown?.key ?? ''} label={copy} copied={copied} />
}
