import { routes } from '@/lib/routes'

type ProviderButtonsProps = {
  readonly providers: readonly { readonly id: string; readonly name: string }[]
  /** What goes along: `purpose`, `invitation`. */
  readonly fields: Readonly<Record<string, string>>
  readonly label: (name: string) => string
}

/** A button for each identity provider; plain forms, which work without JavaScript. */
export function ProviderButtons({ providers, fields, label }: ProviderButtonsProps) {
  if (providers.length === 0) return null
  return (
    <div className="providers">
      {providers.map(({ id, name }) => (
        <form key={id} method="post" action={routes.providerSignIn(id)}>
          {Object.entries(fields).map(([field, value]) => (
            <input key={field} type="hidden" name={field} value={value} />
          ))}
          <button type="submit" className="btn btn-plain">
            {label(name)}
          </button>
        </form>
      ))}
    </div>
  )
}
