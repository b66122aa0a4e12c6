type Props = {
  /** The parameter of the page that it is given as. */
  readonly name: string
  readonly label: string
  readonly placeholder?: string
  readonly value: string | undefined
  readonly submit: string
}

/** One line to search a page by: it asks the page again, with what was typed. */
export function QuickSearch({ name, label, placeholder = label, value, submit }: Props) {
  return (
    <search>
      <form className="quick" method="get">
        <input
          name={name}
          type="search"
          className="input"
          aria-label={label}
          placeholder={placeholder}
          defaultValue={value}
          autoComplete="off"
        />
        <button type="submit" className="btn btn-plain">
          {submit}
        </button>
      </form>
    </search>
  )
}
