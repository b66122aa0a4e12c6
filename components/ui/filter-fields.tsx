import { useId } from 'react'

type TextFilterProps = {
  readonly name: string
  readonly label: string
  /** An example, or what may be entered. */
  readonly hint?: string
  readonly value?: string | undefined
  readonly type?: 'search' | 'date'
}

/** A field of a form that only asks. */
export function TextFilter({ name, label, hint, value, type = 'search' }: TextFilterProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={name}
        type={type}
        className="input"
        defaultValue={value}
        autoComplete="off"
        placeholder={hint}
      />
    </div>
  )
}

type ChoiceProps = {
  readonly name: string
  readonly label: string
  readonly value?: string | undefined
  readonly options: readonly { readonly value: string; readonly label: string }[]
}

/** One of several, in a form that only asks. */
export function Choice({ name, label, value, options }: ChoiceProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} name={name} className="input" defaultValue={value ?? ''}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}

type OlderProps = {
  readonly query: Readonly<Record<string, string | undefined>>
  readonly next: string | undefined
  readonly label: string
}

/** The link to the next page of a list; nothing on the last. */
export function Older({ query, next, label }: OlderProps) {
  if (next === undefined) return null
  const entries = Object.entries({ ...query, after: next }).filter((entry): entry is [string, string] =>
    Boolean(entry[1]),
  )
  return (
    <p>
      <a className="btn btn-plain" rel="next" href={`?${new URLSearchParams(entries)}`}>
        {label}
      </a>
    </p>
  )
}
