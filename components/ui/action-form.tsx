'use client'

import { createContext, type ReactNode, useActionState, useContext } from 'react'
import type { FormState } from './form-state'

type Action = (state: FormState | null, form: FormData) => Promise<FormState>

const NOTHING: FormState = {}
const State = createContext(NOTHING)

/** What the surrounding form's action answered. */
export const useFormState = () => useContext(State)

type ActionFormProps = {
  readonly action: Action
  /** Slug; the action checks whether the operator may see it. */
  readonly organization?: string | undefined
  /** Hidden values. */
  readonly fields?: Readonly<Record<string, string>> | undefined
  readonly submit: string
  /** Another button, which sends this name with the fields. */
  readonly second?: { readonly name: string; readonly label: string }
  readonly children?: ReactNode
  /** What is shown in the form's place when its action answers with something to show. */
  readonly after?: ReactNode
  readonly tone?: 'primary' | 'plain' | 'danger'
  /** Over the whole width of its place. */
  readonly wide?: boolean
}

/** A form that keeps what was typed, and shows what was wrong. The browser sends it in place where it can. */
export function ActionForm({
  action,
  organization,
  fields = {},
  submit,
  second,
  children,
  after,
  tone = 'primary',
  wide = false,
}: ActionFormProps) {
  const [state, send] = useActionState(action, null)
  const hidden = { ...(organization !== undefined && { organization }), ...fields }
  if (state?.shown && after) return <State value={state}>{after}</State>
  return (
    <State value={state ?? NOTHING}>
      <form action={send} className={wide ? 'form form-wide' : 'form'} data-in-place>
        {state?.message && <Refused message={state.message} />}
        {Object.entries(hidden).map(([name, value]) => (
          <input
            key={name}
            type="hidden"
            name={name}
            // Of what was typed, the version is the one that it was typed for, or has been shown since.
            value={name === 'version' ? (state?.values?.version ?? value) : value}
          />
        ))}
        {children}
        <div className="form-actions">
          <button type="submit" className={`btn btn-${tone}`}>
            {submit}
          </button>
          {second && (
            <button type="submit" name={second.name} value="on" className="btn btn-plain">
              {second.label}
            </button>
          )}
        </div>
      </form>
    </State>
  )
}

/** Why nothing was done. Links to several wrong fields are added in the browser. */
function Refused({ message }: { readonly message: string }) {
  return (
    <div className="callout callout-problem" role="alert">
      <div>
        <p>{message}</p>
      </div>
    </div>
  )
}

type ActionButtonProps = Omit<ActionFormProps, 'submit' | 'after' | 'children'> & {
  readonly children: ReactNode
  /** A question to answer first; without JavaScript as well. */
  readonly confirm?: string
}

/** One button that does one thing. What cannot be undone asks first. */
export function ActionButton({
  action,
  organization,
  fields = {},
  tone = 'plain',
  confirm,
  children,
}: ActionButtonProps) {
  const [state, send] = useActionState(action, null)
  const hidden = { ...(organization !== undefined && { organization }), ...fields }
  const button = (
    <button type="submit" className={`btn btn-${tone}`}>
      {children}
    </button>
  )
  return (
    <form action={send} className="form-inline" data-in-place>
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {confirm ? (
        <details className="confirm">
          <summary className={`btn btn-${tone}`}>{children}</summary>
          <div className="confirm-body">
            <p>{confirm}</p>
            {button}
          </div>
        </details>
      ) : (
        button
      )}
      {state?.message && (
        <p className="callout callout-problem" role="alert">
          {state.message}
        </p>
      )}
    </form>
  )
}

/** A value that the form's action answered, to be shown once. */
export function Shown({ name }: { readonly name: string }) {
  return <code className="shown">{useFormState().shown?.[name]}</code>
}
