'use client'

import { useEffect, useState } from 'react'
import { Icon } from '@/components/ui/icon'

/** Milliseconds between two looks. */
const PAUSE = 5_000

type StepMarksProps = {
  /** Answers which steps are done. */
  readonly at: string
  readonly steps: readonly { readonly id: string; readonly title: string }[]
  readonly label: string
  readonly done: string
  readonly open: string
  readonly looking: string
}

/** Check marks that turn green by themselves, as long as the page is looked at and something is left to do. */
export function StepMarks({ at, steps, label, done, open, looking }: StepMarksProps) {
  const [seen, setSeen] = useState<Readonly<Record<string, boolean>>>({})
  const isAllDone = steps.every(({ id }) => seen[id])
  useEffect(() => {
    if (isAllDone) return
    const look = async () => {
      if (document.visibilityState !== 'visible') return
      const answer = await fetch(at, { redirect: 'error' }).catch(() => null)
      if (answer?.ok) setSeen(await answer.json())
    }
    void look()
    const timer = setInterval(look, PAUSE)
    return () => clearInterval(timer)
  }, [at, isAllDone])
  return (
    <div className="panel" aria-live="polite">
      <ol className="step-marks" aria-label={label}>
        {steps.map(({ id, title }) => (
          <li key={id} data-done={seen[id] || undefined}>
            <Icon name={seen[id] ? 'circleCheck' : 'circleDashed'} size={20} />
            <span>{title}</span>
            <span className="visually-hidden">{` (${seen[id] ? done : open})`}</span>
          </li>
        ))}
      </ol>
      {!isAllDone && <p className="field-hint">{looking}</p>}
    </div>
  )
}
