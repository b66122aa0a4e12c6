import type { Metadata } from 'next'
import { TestButton, TestReport } from '@/components/console/connections/test-report'
import { RefreshWhile } from '@/components/refresh'
import { SetupFrame } from '@/components/setup/setup-frame'
import { Page } from '@/components/ui/page'
import { translator } from '@/lib/messages/catalogue'
import { messages as connectionMessages } from '@/lib/messages/connections'
import { messages } from '@/lib/messages/setup-links'
import { findSetupTest } from '@/lib/setup-links/tests'
import { readSetup } from '@/lib/setup-links/visit'
import { setupPage } from '../../../setup-page'

export const metadata: Metadata = { referrer: 'same-origin' }

type Props = { readonly params: Promise<{ readonly token: string; readonly test: string }> }

/** How a test went that was begun with the link, step by step. */
export default async function SetupTestPage({ params }: Props) {
  const { token, test: id } = await params
  return setupPage(token, async ({ at, management, language }) => {
    const test = await findSetupTest(token, id, management)
    const { connection, callbackUrl, brand } = await readSetup(token, management)
    const words = translator(connectionMessages, language)
    const t = translator(messages, language)
    return (
      <SetupFrame {...{ language, brand }}>
        <Page
          title={words('test.report')}
          part={t('setup.title')}
          up={{ href: at, label: t('test.back') }}
          actions={<TestButton at={at} again t={words} />}
        >
          {connection && (
            <TestReport
              test={test}
              connection={{ type: connection.type, callbackUrl }}
              language={language}
              t={words}
            />
          )}
          {test.outcome === 'running' && <RefreshWhile />}
        </Page>
      </SetupFrame>
    )
  })
}
