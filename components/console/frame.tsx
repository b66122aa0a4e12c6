import type { ReactNode } from 'react'
import { ActionButton } from '@/components/ui/action-form'
import { Combobox } from '@/components/ui/combobox'
import type { FormState } from '@/components/ui/form-state'
import { Icon } from '@/components/ui/icon'
import type { Language } from '@/lib/messages/catalogue'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console'
import { routes } from '@/lib/routes'

type FrameProps = {
  readonly language: Language
  readonly operator: { readonly email: string }
  readonly signOut: (state: FormState | null, form: FormData) => Promise<FormState>
  /** What is open, if a part of one organization is. */
  readonly navigation?: ReactNode
  readonly organization?: { readonly slug: string; readonly name: string }
  readonly children: ReactNode
}

/** The frame of every page with a session. */
export function Frame({ language, operator, signOut, navigation, organization, children }: FrameProps) {
  const t = translator(messages, language)
  return (
    <div lang={language} className="frame">
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <header className="top">
        <a className="top-brand" href={routes.home()}>
          <span className="brand-mark" />
          Vestibule
        </a>
        {organization && (
          <a className="top-organization" href={routes.organization(organization.slug)}>
            <bdi>{organization.name}</bdi>
          </a>
        )}
        <nav className="top-links" aria-label={operator.email}>
          <Combobox
            href={routes.search()}
            label={t('search.title')}
            placeholder={t('search.placeholder')}
            nothing={t('search.nothing')}
          >
            <Icon name="search" size={18} />
            <span>
              {t('search.title')} <kbd>Ctrl K</kbd>
            </span>
          </Combobox>
          <a href={routes.organizations()}>
            <Icon name="building2" size={18} />
            <span>{t('nav.organizations')}</span>
          </a>
          <a href={routes.account()}>
            <Icon name="userRound" size={18} />
            <span>{t('nav.security')}</span>
          </a>
          <ActionButton action={signOut}>
            <Icon name="logOut" size={18} />
            <span>{t('nav.signOut')}</span>
          </ActionButton>
        </nav>
      </header>
      {navigation}
      <main id="content" className="content">
        {children}
      </main>
    </div>
  )
}
