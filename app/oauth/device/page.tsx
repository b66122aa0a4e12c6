import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { pageBrand } from '@/app/page-brand'
import { pageLanguage } from '@/app/page-language'
import { CookiesNeeded } from '@/components/cookies-needed'
import { DeviceCodeForm } from '@/components/device-code-form'
import { DeviceCodeQuestion } from '@/components/device-code-question'
import { consentCookieName } from '@/lib/http/consent-form'
import { cookieName } from '@/lib/http/cookies'
import { DEVICE_FORM } from '@/lib/http/device-form'
import { pageContext } from '@/lib/http/page-context'
import { formatUserCode, readUserCode } from '@/lib/oauth/protocol/user-code'
import { context } from '@/lib/services/services'

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> }

/** Where a user types the code that a device shows, or says that it shows the one in the link (RFC 8628 §3.3). */
export default async function DevicePage({ searchParams }: Props) {
  const { user_code: given, refused, opened } = await searchParams
  const { publicUrl } = await pageContext(context)
  const code = readUserCode(typeof given === 'string' ? given : '')
  const formToken = (await cookies()).get(cookieName(publicUrl, consentCookieName(DEVICE_FORM)))?.value
  const language = await pageLanguage()
  if (!formToken && opened) return <CookiesNeeded language={language} />
  if (!formToken) redirect(`/oauth/device/open${code ? `?user_code=${formatUserCode(code)}` : ''}`)
  const brand = await pageBrand()
  const form = { action: '/oauth/device/code', formId: DEVICE_FORM, formToken, language, brand }
  if (code) return <DeviceCodeQuestion {...form} userCode={formatUserCode(code)} />
  return <DeviceCodeForm {...form} {...(isRefusal(refused) && { refused })} />
}

const isRefusal = (value: unknown) => value === 'wrong' || value === 'too_many'
