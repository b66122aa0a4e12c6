import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { pageBrand } from '@/app/page-brand'
import { pageLanguage } from '@/app/page-language'
import { ACCOUNT_NOTICES, AccountCard } from '@/components/account/account-card'
import { CookiesNeeded } from '@/components/cookies-needed'
import { readAccounts } from '@/lib/grants/account'
import { readLinkQuestion } from '@/lib/grants/link-accounts'
import { ACCOUNT_FORM, sessionCookiesIn } from '@/lib/http/account-form'
import { consentCookieName } from '@/lib/http/consent-form'
import { cookieName } from '@/lib/http/cookies'
import { pageContext } from '@/lib/http/page-context'
import { management } from '@/lib/services/services'

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> }

/** What an end user has connected, and how to end it. */
export default async function AccountPage({ searchParams }: Props) {
  const { publicUrl } = await pageContext(management)
  const { opened, done, link } = await searchParams
  const sent = await cookies()
  const formToken = sent.get(cookieName(publicUrl, consentCookieName(ACCOUNT_FORM)))?.value
  if (!formToken && opened) return <CookiesNeeded />
  if (!formToken) redirect('/account/open')
  const sessions = sessionCookiesIn(publicUrl, sent.getAll())
  const services = await management()
  const accounts = await readAccounts(sessions, services)
  const question = link === undefined ? null : await readLinkQuestion(String(link), sessions, services)
  return (
    <AccountCard
      accounts={accounts}
      brand={await pageBrand(onlyOne(accounts.map(({ organizationId }) => organizationId)))}
      form={{ action: '/account/disconnect', formId: ACCOUNT_FORM, formToken }}
      language={await pageLanguage()}
      notice={ACCOUNT_NOTICES.find((notice) => notice === done)}
      question={question}
    />
  )
}

/** What all are; undefined when they differ. */
const onlyOne = ([first, ...others]: readonly string[]) =>
  others.every((other) => other === first) ? first : undefined
