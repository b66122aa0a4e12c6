import { useFormState } from '@/components/ui/action-form'

/** To whom the link that a form has just made was sent; nothing where it has to be passed on. */
export function SentTo({ text }: { readonly text: string }) {
  const { sentTo } = useFormState().shown ?? {}
  return sentTo ? <p>{text.replace('{address}', sentTo)}</p> : null
}
