'use client'

import { createContext, type ReactNode, useActionState, useContext, useRef } from 'react'
import { type Fault, useFormLife } from './form-life'
import type { FormState } from './form-state'

type Action = (state: FormState | null, form: FormData) => Promise<FormState>

const State = createContext<FormState>({})

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

/** A form that works without JavaScript, keeps what was typed, and shows what was wrong. */
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
  const [state, send, pending] = useActionState(action, null)
  const form = useRef<HTMLFormElement>(null)
  const { corrected, faults, isChanged, onInput, onSubmit } = useFormLife(form, state)
  const hidden = { ...(organization !== undefined && { organization }), ...fields }
  if (state?.shown && after) return <State value={state}>{after}</State>
  const errors = Object.entries(state?.errors ?? {}).filter(([name]) => !corrected.has(name))
  return (
    <State value={{ ...state, errors: Object.fromEntries(errors) }}>
      <form
        ref={form}
        action={send}
        className={wide ? 'form form-wide' : 'form'}
        data-changed={isChanged || undefined}
        {...{ onInput, onSubmit }}
      >
        {state?.message && <Refused message={state.message} faults={errors.length > 0 ? faults : []} />}
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
          <button type="submit" className={`btn btn-${tone}`} aria-disabled={pending}>
            {submit}
          </button>
          {second && (
            <button
              type="submit"
              name={second.name}
              value="on"
              className="btn btn-plain"
              aria-disabled={pending}
            >
              {second.label}
            </button>
          )}
        </div>
      </form>
    </State>
  )
}

/** Why nothing was done; several faults are named, with links to their fields. The first one has the focus anyway. */
function Refused({ message, faults }: { readonly message: string; readonly faults: readonly Fault[] }) {
  return (
    <div className="callout callout-problem" role="alert">
      <div>
        <p>{message}</p>
        {faults.length > 1 && (
          <ul className="faults">
            {faults.map(({ id, sentence }) => (
              <li key={id}>
                <a href={`#${id}`}>{sentence}</a>
              </li>
            ))}
          </ul>
        )}
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
  const [state, send, pending] = useActionState(action, null)
  const hidden = { ...(organization !== undefined && { organization }), ...fields }
  const button = (
    <button type="submit" className={`btn btn-${tone}`} aria-disabled={pending}>
      {children}
    </button>
  )
  return (
    <form action={send} className="form-inline">
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
