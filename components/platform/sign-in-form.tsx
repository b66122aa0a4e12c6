import type { Translate } from '@/lib/messages/catalogue'
import type { messages } from '@/lib/messages/platform'

type SignInFormProps = {
  readonly t: Translate<keyof (typeof messages)['en']>
  readonly action: string
  /** What the login brought along, to be handed on. */
  readonly hidden: Readonly<Record<string, string>>
  /** The user who is signed in already, if that suffices for this login. */
  readonly known?: { readonly address: string }
  readonly refused?: 'refused' | 'tooMany'
  readonly address?: string
}

/** Address and password, or one button for a signed-in user. Plain forms: no JavaScript is needed. */
export function SignInForm({ t, action, hidden, known, refused, address }: SignInFormProps) {
  const fields = Object.entries(hidden).map(([name, value]) => (
    <input key={name} type="hidden" name={name} value={value} />
  ))
  return (
    <>
      {refused && (
        <p className="warning" role="alert">
          {t(`signIn.${refused}`)}
        </p>
      )}
      {known && (
        <form method="post" action={action}>
          {fields}
          <div className="actions actions-single">
            <button type="submit" name="known" value="yes" className="button button-filled">
              {t('signIn.goOn', { address: known.address })}
            </button>
          </div>
          <h2>{t('signIn.another')}</h2>
        </form>
      )}
      <form method="post" action={action}>
        {fields}
        <label className="code-label" htmlFor="address">
          {t('signIn.address')}
        </label>
        <input
          className="text-input"
          id="address"
          name="address"
          type="email"
          autoComplete="username"
          required
          defaultValue={address}
        />
        <label className="code-label" htmlFor="password">
          {t('signIn.password')}
        </label>
        <input
          className="text-input"
          id="password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <div className="actions actions-single">
          <button type="submit" className={known ? 'button' : 'button button-filled'}>
            {t('signIn.submit')}
          </button>
        </div>
      </form>
      <p className="quiet">{t('signIn.help')}</p>
    </>
  )
}
