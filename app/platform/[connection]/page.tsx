import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { loginBrand } from '@/app/page-brand'
import { pageLanguage } from '@/app/page-language'
import { SignedOutPage } from '@/components/console/signed-out-page'
import { SignInForm } from '@/components/platform/sign-in-form'
import { pageContext } from '@/lib/http/page-context'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/platform'
import { management, platform } from '@/lib/services/services'

export const metadata: Metadata = { referrer: 'same-origin' }

type Props = {
  readonly params: Promise<{ readonly connection: string }>
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>
}

/** Where an end user logs in whose organization has no identity provider: in the place of the provider's own page. */
export default async function PlatformSignInPage({ params, searchParams }: Props) {
  await pageContext(management)
  const [{ connection: id }, query, sent] = [await params, await searchParams, await headers()]
  const accounts = await platform()
  const connection = await accounts.connection(decodeURIComponent(id))
  if (!connection) notFound()
  const one = (name: string) => (typeof query[name] === 'string' ? query[name] : '')
  const wishes = { prompt: one('prompt'), maxAge: one('max_age') || null }
  const known = await accounts.known(connection.id, wishes, sent)
  const language = await pageLanguage()
  const t = translator(messages, language)
  const refused = one('refused') === 'tooMany' ? 'tooMany' : one('refused') ? 'refused' : undefined
  const names = ['state', 'code_challenge', 'prompt', 'max_age'].filter((name) => one(name))
  return (
    <SignedOutPage
      language={language}
      brand={await loginBrand(one('state'), connection)}
      title={t('signIn.title')}
      tab={`${t('signIn.title')} · ${connection.name}`}
      lead={t('signIn.lead', { connection: connection.name })}
    >
      <SignInForm
        t={t}
        action={`/platform/${connection.id}/sign-in`}
        hidden={Object.fromEntries(names.map((name) => [name, one(name)]))}
        address={one('login_hint')}
        {...(known && { known })}
        {...(refused && { refused })}
      />
    </SignedOutPage>
  )
}
