import type { ReactNode } from 'react'
import { Shown } from '@/components/ui/action-form'
import { Callout } from '@/components/ui/page'

type SecretOnceProps = {
  /** Of the value that the form's action answered. */
  readonly name: string
  /** That it has to be copied now. */
  readonly note: string
  readonly children?: ReactNode
}

/** A secret in the place of the form that made it. The next page does not have it any more. */
export function SecretOnce({ name, note, children }: SecretOnceProps) {
  return (
    <div className="server-secret" role="status">
      <Callout tone="warning" title={note}>
        <Shown name={name} />
      </Callout>
      {children}
    </div>
  )
}
