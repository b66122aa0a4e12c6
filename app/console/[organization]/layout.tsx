import type { ReactNode } from 'react'
import NotFoundPage from '@/app/not-found'
import { pageLanguage } from '@/app/page-language'
import { Frame } from '@/components/console/frame'
import { NotFound } from '@/lib/access'
import { messages } from '@/lib/messages/console'
import { scopeOf, signedIn } from '../console-page'
import { signOut } from '../sign-in/actions'
import { Navigation } from './navigation'

type Props = { readonly params: Promise<{ readonly organization: string }>; readonly children: ReactNode }

/** Around the pages of one organization. */
export default async function OrganizationLayout({ params, children }: Props) {
  const { organization: slug } = await params
  const scope = await scopeOf(decodeURIComponent(slug)).catch((error: unknown) => {
    if (error instanceof NotFound) return null
    throw error
  })
  // The page below has said that it is none.
  if (!scope) return <NotFoundPage />
  const { organization, organizationName } = scope
  const [operator, spoken] = [await signedIn(), await pageLanguage()]
  const navigation = (
    <Navigation organization={organization} label={organizationName} titles={messages[spoken]} />
  )
  return (
    <Frame
      language={spoken}
      operator={operator}
      signOut={signOut}
      navigation={navigation}
      organization={{ slug: organization, name: organizationName }}
    >
      {children}
    </Frame>
  )
}
