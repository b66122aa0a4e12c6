'use client'

import { type FormEvent, type RefObject, useEffect, useState } from 'react'
import type { FormState } from './form-state'

/** What is wrong, as the list above a form names it. */
export type Fault = { readonly id: string; readonly sentence: string }

const NOTHING: ReadonlySet<string> = new Set()

/**
 * What happens around a form between its answers: the first wrong field gets the focus, what is typed into clears its
 * error, and a browser that would leave with changes asks first. Without JavaScript the form works without all that.
 */
export function useFormLife(form: RefObject<HTMLFormElement | null>, state: FormState | null) {
  const [corrected, setCorrected] = useState(NOTHING)
  const [faults, setFaults] = useState<readonly Fault[]>([])
  const [isChanged, setChanged] = useState(false)

  useEffect(() => {
    if (!state) return
    const wrong = [...(form.current?.querySelectorAll<HTMLElement>('[aria-invalid=true]') ?? [])]
    setCorrected(NOTHING)
    setFaults(
      wrong.map(({ id }) => ({ id, sentence: document.getElementById(`${id}error`)?.textContent ?? '' })),
    )
    setChanged(Boolean(state.errors))
    wrong[0]?.focus()
  }, [state, form])

  useEffect(() => {
    // Who signs in or chooses a password loses nothing.
    if (!isChanged || form.current?.closest('.hall')) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [isChanged, form])

  return {
    corrected,
    faults,
    isChanged,
    onInput: ({ target }: FormEvent<HTMLFormElement>) => {
      const name = (target instanceof Element && target.getAttribute('name')) || ''
      setCorrected((before) => new Set([...before, name.replace(/_unit$/, '')]))
      setChanged(true)
    },
    onSubmit: () => setChanged(false),
  }
}
