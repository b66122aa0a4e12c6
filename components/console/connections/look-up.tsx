'use client'

import type { ReactNode } from 'react'
import { useFormState } from '@/components/ui/action-form'
import { Callout, type Tone } from '@/components/ui/page'

type LookUpProps = {
  readonly texts: { readonly button: string; readonly busy: string; readonly failed: string }
  /** The fields that lead to the issuer. */
  readonly children: ReactNode
}

/** Shows what the provider publishes while its address is typed; without JavaScript, by the button. */
export function LookUp({ texts: { button, busy, failed }, children }: LookUpProps) {
  const { shown } = useFormState()
  return (
    <div
      className="connections-look-up"
      data-look-up
      data-label={button}
      data-busy={busy}
      data-failed={failed}
    >
      {children}
      <div>
        <button type="submit" name="intent" value="look-up" className="btn btn-plain btn-small">
          {button}
        </button>
      </div>
      <div aria-live="polite" data-answer>
        {shown && (
          <Callout tone={(shown.tone ?? 'neutral') as Tone} {...(shown.title && { title: shown.title })}>
            {(shown.text ?? '').split('\n').map((line) => (
              <p key={line}>{line}</p>
            ))}
          </Callout>
        )}
      </div>
    </div>
  )
}
