import { type ReactNode, useId } from 'react'
import { Icon } from '@/components/ui/icon'
import { routes } from '@/lib/routes'

type Sentences = Readonly<Record<'failed' | 'stale', string>>

type AddPasskeyProps = { readonly label: string; readonly submit: string; readonly sentences: Sentences }

/** Adds a passkey of this device to the account. */
export function AddPasskey({ label, submit, sentences }: AddPasskeyProps) {
  const id = useId()
  return (
    <div className="form">
      <div className="field">
        <label htmlFor={id}>{label}</label>
        <input id={id} className="input" maxLength={60} />
      </div>
      <PasskeyButton does="add" goTo={routes.account()} sentences={sentences}>
        {submit}
      </PasskeyButton>
    </div>
  )
}

type SignInProps = { readonly goTo: string; readonly submit: string; readonly failed: string }

/** Signs in without a password. */
export function SignInWithPasskey({ goTo, submit, failed }: SignInProps) {
  return (
    <PasskeyButton does="sign-in" goTo={goTo} sentences={{ failed, stale: failed }}>
      {submit}
    </PasskeyButton>
  )
}

type ButtonProps = {
  readonly does: 'add' | 'sign-in'
  readonly goTo: string
  readonly sentences: Sentences
  readonly children: ReactNode
}

function PasskeyButton({ does, goTo, sentences: { failed, stale }, children }: ButtonProps) {
  const texts = { 'data-failed': failed, 'data-stale': stale }
  return (
    <div>
      <p className="callout callout-problem" role="alert" hidden />
      <button type="button" className="btn btn-plain" data-passkey={does} data-go-to={goTo} {...texts}>
        <Icon name="fingerprint" size={18} />
        {children}
      </button>
    </div>
  )
}
