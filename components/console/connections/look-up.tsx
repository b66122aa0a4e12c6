'use client'

import { type ReactNode, useRef, useState, useTransition } from 'react'
import { useFormState } from '@/components/ui/action-form'
import type { FormState } from '@/components/ui/form-state'
import { Callout, type Tone } from '@/components/ui/page'

type LookUpProps = {
  readonly action: (state: FormState | null, form: FormData) => Promise<FormState>
  readonly texts: { readonly button: string; readonly busy: string; readonly failed: string }
  /** The fields that lead to the issuer. */
  readonly children: ReactNode
}

/** Milliseconds after the last key. */
const PAUSE = 900

/** Shows what the provider publishes while its address is typed; without JavaScript, by the button. */
export function LookUp({ action, texts, children }: LookUpProps) {
  const { shown } = useFormState()
  const [found, setFound] = useState<FormState['shown']>()
  const [busy, start] = useTransition()
  const place = useRef<HTMLDivElement>(null)
  const latest = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const ask = (isTyping: boolean) => {
    const form = place.current?.closest('form')
    if (!form) return
    const asked = ++latest.current
    const typed = new FormData(form)
    typed.delete('client_secret')
    start(async () => {
      const { shown: answer, errors, message } = await action(null, typed)
      const problem = Object.values(errors ?? {})[0] ?? message ?? ''
      if (asked !== latest.current || (isTyping && !answer)) return
      setFound(answer ?? { tone: 'warning', title: texts.failed, text: problem })
    })
  }

  const onInput = () => {
    clearTimeout(timer.current)
    setFound(undefined)
    latest.current++
    const inputs = [...(place.current?.querySelectorAll('input') ?? [])]
    const isWhole = inputs.every(({ value }) => value.trim().length > 2)
    if (isWhole) timer.current = setTimeout(() => ask(true), PAUSE)
  }

  const answer = found ?? shown
  return (
    <div className="connections-look-up" ref={place} onInput={onInput}>
      {children}
      <div>
        <button
          type="submit"
          name="intent"
          value="look-up"
          className="btn btn-plain btn-small"
          aria-disabled={busy}
          onClick={(event) => {
            event.preventDefault()
            ask(false)
          }}
        >
          {busy ? texts.busy : texts.button}
        </button>
      </div>
      <div aria-live="polite">
        {answer && !busy && (
          <Callout tone={(answer.tone ?? 'neutral') as Tone} {...(answer.title && { title: answer.title })}>
            {(answer.text ?? '').split('\n').map((line) => (
              <p key={line}>{line}</p>
            ))}
          </Callout>
        )}
      </div>
    </div>
  )
}
