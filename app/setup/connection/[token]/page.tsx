import type { Metadata } from 'next'
import { PresetList } from '@/components/console/connections/preset-list'
import { Registration } from '@/components/console/connections/registration'
import { TestList } from '@/components/console/connections/test-list'
import { TestButton } from '@/components/console/connections/test-report'
import { RefreshWhenSeen } from '@/components/refresh'
import { HandOver } from '@/components/setup/hand-over'
import { Progress } from '@/components/setup/progress'
import { ProviderForm } from '@/components/setup/provider-form'
import { SetupFrame } from '@/components/setup/setup-frame'
import { ActionButton } from '@/components/ui/action-form'
import { Callout, Page, Section } from '@/components/ui/page'
import { answersOf, findPreset, isForSetupLinks, PRESETS, type Preset } from '@/lib/connections/presets'
import { formatInstant, translator } from '@/lib/messages/catalogue'
import { messages as connectionMessages } from '@/lib/messages/connections'
import { messages } from '@/lib/messages/setup-links'
import { listSetupTests } from '@/lib/setup-links/tests'
import { readSetup, type SetupView } from '@/lib/setup-links/visit'
import { type SetupPage, setupPage } from '../setup-page'
import { finish, saveOrLookUp } from './actions'

export const metadata: Metadata = { referrer: 'same-origin' }

type Props = {
  readonly params: Promise<{ readonly token: string }>
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>
}

/** Completing one connection with a setup link. */
export default async function SetupConnectionPage({ params, searchParams }: Props) {
  const [{ token }, { preset, saved }] = [await params, await searchParams]
  return setupPage(token, async (page) => {
    const { management, language } = page
    const view = await readSetup(token, management)
    const t = translator(messages, language)
    const { organizationName: organization, connectionName: connection, invitedBy: inviter, label } = view
    const chosen = presetFor(view, preset)
    const tests = view.connection ? await listSetupTests(token, management) : []
    const testedAt = tests[0]?.outcome === 'passed' ? tests[0].createdAt : undefined
    const lead = t('setup.lead', { inviter, organization, connection })
    return (
      <SetupFrame language={language} brand={view.brand}>
        <Page title={t('setup.title')} lead={lead}>
          <Progress current={stepOf(chosen, view, testedAt)} t={t} />
          <p className="setup-until">
            {t('setup.until', { label, at: formatInstant(view.expiresAt, language) })}
          </p>
          {(saved === 'yes' || saved === 'new-users') && (
            <Callout tone={saved === 'yes' ? 'good' : 'warning'}>
              <p>
                {t(saved === 'yes' ? 'saved' : 'saved.newUsers')} <a href="#test">{t('saved.test')}</a>
              </p>
            </Callout>
          )}
          {chosen ? <Provider {...{ page, view }} preset={chosen} /> : <Choice page={page} />}
          {view.connection && <AfterSaving {...{ page, view, tests, testedAt }} />}
        </Page>
      </SetupFrame>
    )
  })
}

function stepOf(chosen: Preset | undefined, { connection }: SetupView, testedAt: Date | undefined) {
  if (!chosen) return 'choose'
  if (!connection) return 'register'
  return testedAt ? 'finish' : 'test'
}

/** What was chosen; otherwise what is stored. */
function presetFor({ connection }: SetupView, chosen: string | string[] | undefined): Preset | undefined {
  if (chosen === 'choose') return undefined
  const preset = typeof chosen === 'string' ? findPreset(chosen) : undefined
  if (preset && isForSetupLinks(preset)) return preset
  return connection && findPreset(connection.type)
}

function Choice({ page: { at, language } }: { readonly page: SetupPage }) {
  const t = translator(messages, language)
  const presets = PRESETS.filter(isForSetupLinks)
  const choices = presets.map(({ id }) => ({ id, href: `${at}?preset=${id}` }))
  return (
    <Section title={t('choose.title')} lead={t('choose.lead')}>
      <PresetList choices={choices} presets={presets} t={translator(connectionMessages, language)} />
    </Section>
  )
}

type ProviderProps = { readonly page: SetupPage; readonly view: SetupView; readonly preset: Preset }

function Provider({ page: { token, at, language }, view, preset }: ProviderProps) {
  const t = translator(messages, language)
  const words = translator(connectionMessages, language)
  const { connection, callbackUrl, samlMetadataUrl } = view
  const stays = connection?.type === preset.type && preset.id === preset.type
  const known = stays ? connection.preset : preset.id
  const { id, type, name } = findPreset(known) ?? preset
  const provider = id === type ? t('register.provider') : name
  return (
    <>
      <Section title={t('register.title', { provider })} lead={t('register.lead')}>
        <Registration
          preset={known}
          isDone={stays}
          callbackUrl={callbackUrl}
          metadataUrl={samlMetadataUrl}
          t={words}
        />
        <p className="setup-other">
          <a href={`${at}?preset=choose`}>{t('choose.other')}</a>
        </p>
      </Section>
      <Section title={t('enter.title')} lead={t('enter.lead')}>
        <div className="connections-part">
          <ProviderForm
            action={saveOrLookUp}
            token={token}
            preset={preset}
            answers={stays ? connection.answers : answersOf(preset.defaults)}
            stored={stays ? connection : undefined}
            version={connection?.version}
            submit={t('save')}
            t={words}
          />
        </div>
      </Section>
    </>
  )
}

type AfterSavingProps = {
  readonly page: SetupPage
  readonly view: SetupView
  readonly tests: Awaited<ReturnType<typeof listSetupTests>>
  readonly testedAt: Date | undefined
}

function AfterSaving({ page: { token, at, language }, view, tests, testedAt }: AfterSavingProps) {
  const t = translator(messages, language)
  const words = translator(connectionMessages, language)
  return (
    <>
      <Section id="test" title={t('test.title')} lead={t('test.lead')}>
        <div className="connections-part">
          <TestButton at={at} again={tests.length > 0} t={words} />
          {tests.length > 0 && <TestList {...{ tests, at, language }} />}
          <RefreshWhenSeen />
        </div>
      </Section>
      <HandOver
        {...{ view, testedAt, t }}
        provider={findPreset(view.connection?.preset)?.name ?? ''}
        finish={
          <ActionButton
            action={finish}
            fields={{ token }}
            tone={testedAt ? 'primary' : 'plain'}
            confirm={t('finish.confirm')}
          >
            {t('finish.submit')}
          </ActionButton>
        }
      />
    </>
  )
}
