'use client'

import { type HTMLInputTypeAttribute, type ReactNode, useId } from 'react'
import { atField } from '@/lib/messages/forms/at-field'
import { useFormState } from './action-form'

type Common = {
  readonly name: string
  readonly label: string
  readonly hint?: ReactNode
  readonly defaultValue?: string | undefined
  readonly required?: boolean
}

type FieldProps = Common & {
  readonly type?: HTMLInputTypeAttribute
  readonly placeholder?: string | undefined
  readonly autoComplete?: string
  readonly inputMode?: 'text' | 'numeric' | 'url' | 'email'
  readonly spellCheck?: boolean
  readonly minLength?: number
}

/** One line of text. */
export function Field({ name, label, hint, defaultValue, type = 'text', required, ...rest }: FieldProps) {
  const { error, value, ids } = useField(name, label, defaultValue, hint)
  return (
    <FieldFrame {...{ label, hint, error, ids, required }}>
      <input
        {...rest}
        id={ids.input}
        name={name}
        type={type}
        className="input"
        aria-required={required}
        aria-invalid={error ? true : undefined}
        aria-describedby={ids.describedBy}
        defaultValue={type === 'password' ? undefined : value}
      />
    </FieldFrame>
  )
}

/** A password that somebody chooses. */
export function NewPasswordField({ name = 'password', label, hint }: NewPasswordFieldProps) {
  return <Field {...{ name, label, hint }} type="password" autoComplete="new-password" required />
}

type NewPasswordFieldProps = { readonly name?: string; readonly label: string; readonly hint: string }

/** Several lines of text. */
export function TextArea({
  name,
  label,
  hint,
  defaultValue,
  required,
  rows = 4,
}: Common & { readonly rows?: number }) {
  const { error, value, ids } = useField(name, label, defaultValue, hint)
  return (
    <FieldFrame {...{ label, hint, error, ids, required }}>
      <textarea
        id={ids.input}
        name={name}
        rows={rows}
        className="input"
        spellCheck={false}
        aria-required={required}
        aria-invalid={error ? true : undefined}
        aria-describedby={ids.describedBy}
        defaultValue={value}
      />
    </FieldFrame>
  )
}

type SelectFieldProps = Common & {
  readonly options: readonly { readonly value: string; readonly label: string }[]
}

/** One of several. */
export function SelectField({ name, label, hint, defaultValue, required, options }: SelectFieldProps) {
  const { error, value, ids } = useField(name, label, defaultValue, hint)
  return (
    <FieldFrame {...{ label, hint, error, ids, required }}>
      {/* The key makes it anew after an answer: a select keeps its first choice otherwise. */}
      <select
        key={value}
        id={ids.input}
        name={name}
        className="input"
        aria-invalid={error ? true : undefined}
        aria-describedby={ids.describedBy}
        defaultValue={value}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </FieldFrame>
  )
}

type DurationFieldProps = Common & {
  /** In seconds. */
  readonly defaultValue?: string | undefined
  /** What the units are called, by their length in seconds. */
  readonly units: Readonly<Record<number, string>>
}

/** A length of time in a unit that people think in: `days` and not 2592000. The unit goes into `${name}_unit`. */
export function DurationField({ name, label, hint, defaultValue, required, units }: DurationFieldProps) {
  const lengths = Object.keys(units).map(Number)
  const unit = lengths.findLast((length) => Number(defaultValue) % length === 0) ?? lengths[0] ?? 1
  const { error, value, ids } = useField(
    name,
    label,
    defaultValue && String(Number(defaultValue) / unit),
    hint,
  )
  const { value: chosen } = useField(`${name}_unit`, label, String(unit), undefined)
  return (
    <FieldFrame {...{ label, hint, error, ids, required }}>
      <div className="duration">
        <input
          id={ids.input}
          name={name}
          className="input"
          inputMode="numeric"
          aria-required={required}
          aria-invalid={error ? true : undefined}
          aria-describedby={ids.describedBy}
          defaultValue={value}
        />
        <select key={chosen} name={`${name}_unit`} className="input" aria-label={label} defaultValue={chosen}>
          {lengths.map((length) => (
            <option key={length} value={length}>
              {units[length]}
            </option>
          ))}
        </select>
      </div>
    </FieldFrame>
  )
}

type CheckFieldProps = Omit<Common, 'defaultValue'> & {
  readonly defaultChecked?: boolean
  readonly value?: string
}

/** Yes or no. */
export function CheckField({ name, label, hint, defaultChecked, value = 'on' }: CheckFieldProps) {
  const { values } = useFormState()
  const { error, ids } = useField(name, label, undefined, hint)
  return (
    <div className="field field-check">
      <input
        key={String(values !== undefined)}
        id={ids.input}
        name={name}
        type="checkbox"
        value={value}
        aria-describedby={ids.describedBy}
        defaultChecked={values ? values[name] !== undefined : defaultChecked}
      />
      <label htmlFor={ids.input}>{label}</label>
      <Notes {...{ hint, error, ids }} />
    </div>
  )
}

type Ids = {
  readonly input: string
  readonly hint: string
  readonly error: string
  readonly describedBy: string | undefined
}

function useField(name: string, label: string, defaultValue: string | undefined, hint: ReactNode) {
  const { errors, values } = useFormState()
  const input = useId()
  const error = errors?.[name] && atField(errors[name], label)
  const describedBy =
    [error && `${input}error`, hint && `${input}hint`].filter(Boolean).join(' ') || undefined
  const ids: Ids = { input, hint: `${input}hint`, error: `${input}error`, describedBy }
  return { error, value: values?.[name] ?? defaultValue, ids }
}

type FrameProps = {
  readonly label: string
  readonly hint: ReactNode
  readonly error: string | undefined
  readonly ids: Ids
  readonly required?: boolean | undefined
  readonly children: ReactNode
}

function FieldFrame({ label, hint, error, ids, children }: FrameProps) {
  return (
    <div className={error ? 'field field-wrong' : 'field'}>
      <label htmlFor={ids.input}>{label}</label>
      {children}
      <Notes {...{ hint, error, ids }} />
    </div>
  )
}

function Notes({ hint, error, ids }: Pick<FrameProps, 'hint' | 'error' | 'ids'>) {
  return (
    <>
      {error && (
        <p className="field-error" id={ids.error}>
          {error}
        </p>
      )}
      {hint && (
        <p className="field-hint" id={ids.hint}>
          {hint}
        </p>
      )}
    </>
  )
}
