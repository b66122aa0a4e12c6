'use client'

import { type ReactNode, useId, useState } from 'react'
import { Icon } from '@/components/ui/icon'
import { routes } from '@/lib/routes'
import { addPasskey, type PasskeyResult, signInWithPasskey } from './passkey'

type Sentences = Readonly<Record<'failed' | 'stale', string>>

type AddPasskeyProps = { readonly label: string; readonly submit: string; readonly sentences: Sentences }

/** Adds a passkey of this device to the account. */
export function AddPasskey({ label, submit, sentences }: AddPasskeyProps) {
  const [name, setName] = useState('')
  const id = useId()
  return (
    <div className="form">
      <div className="field">
        <label htmlFor={id}>{label}</label>
        <input
          id={id}
          className="input"
          value={name}
          maxLength={60}
          onChange={({ target }) => setName(target.value)}
        />
      </div>
      <PasskeyButton run={() => addPasskey(name)} goTo={routes.account()} sentences={sentences}>
        {submit}
      </PasskeyButton>
    </div>
  )
}

type SignInProps = { readonly goTo: string; readonly submit: string; readonly failed: string }

/** Signs in without a password. */
export function SignInWithPasskey({ goTo, submit, failed }: SignInProps) {
  return (
    <PasskeyButton run={signInWithPasskey} goTo={goTo} sentences={{ failed, stale: failed }}>
      {submit}
    </PasskeyButton>
  )
}

type ButtonProps = {
  readonly run: () => Promise<PasskeyResult>
  readonly goTo: string
  readonly sentences: Sentences
  readonly children: ReactNode
}

function PasskeyButton({ run, goTo, sentences, children }: ButtonProps) {
  const [problem, setProblem] = useState<string>()
  const press = async () => {
    setProblem(undefined)
    // Who changes their mind makes the browser throw.
    const result = await run().catch(() => 'failed' as const)
    if (result === 'done') window.location.assign(goTo)
    else setProblem(sentences[result])
  }
  return (
    <div>
      {problem && (
        <p className="callout callout-problem" role="alert">
          {problem}
        </p>
      )}
      <button type="button" className="btn btn-plain" onClick={press}>
        <Icon name="fingerprint" size={18} />
        {children}
      </button>
    </div>
  )
}
