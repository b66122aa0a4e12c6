import { ConnectionForm } from '@/components/console/connections/connection-form'
import { PresetList } from '@/components/console/connections/preset-list'
import { Registration } from '@/components/console/connections/registration'
import { Page, Section } from '@/components/ui/page'
import { newConnectionId } from '@/lib/connections/connections'
import { answersOf, findPreset, PRESETS } from '@/lib/connections/presets'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/connections'
import { callbackUrl, samlMetadataUrl } from '@/lib/oauth/protocol/urls'
import { routes } from '@/lib/routes'
import { type ConsoleContext, consolePage } from '../../../console-page'
import { createOrLookUp } from '../actions'

/** Choose the identity provider, then one form. The id is made before, so that the callback can be registered first. */
export default consolePage('configure', async (context) => {
  const { scope, query, language } = context
  const t = translator(messages, language)
  const base = routes.connections(scope.organization)
  const preset = findPreset(query.preset)
  const id = query.id
  if (preset && id && /^[A-Za-z0-9_-]{1,64}$/.test(id)) return chosen(context, preset, id)
  const made = newConnectionId()
  const choices = PRESETS.map(({ id: name }) => ({
    id: name,
    href: routes.newConnection(scope.organization, { preset: name, id: made }),
  }))
  return (
    <Page title={t('new.title')} lead={t('new.lead')} up={{ href: base, label: t('title') }}>
      <PresetList choices={choices} presets={PRESETS} t={t} />
      <p>
        <a href={routes.setupLinks(scope.organization)}>{t('new.byLink')}</a>
      </p>
    </Page>
  )
})

function chosen(
  { scope, management, language }: ConsoleContext,
  preset: NonNullable<ReturnType<typeof findPreset>>,
  id: string,
) {
  const t = translator(messages, language)
  // The general presets are called by their type.
  const provider = preset.id === preset.type ? '' : preset.name
  const isPlatform = preset.type === 'platform'
  return (
    <Page
      title={provider ? t('new.titleOf', { provider }) : t('new')}
      up={{ href: routes.newConnection(scope.organization), label: t('new.title') }}
    >
      {!isPlatform && (
        <Section title={t('register.title')} lead={t('register.lead')}>
          <Registration
            preset={preset.id}
            callbackUrl={callbackUrl(management.publicUrl, id)}
            metadataUrl={samlMetadataUrl(management.publicUrl, id)}
            isNew
            t={t}
          />
        </Section>
      )}
      <Section
        title={t(isPlatform ? 'platform.title' : 'settings.title')}
        lead={t(isPlatform ? 'platform.lead' : 'settings.lead')}
      >
        <div className="connections-part">
          <ConnectionForm
            action={createOrLookUp}
            organization={scope.organization}
            preset={preset}
            fields={{ preset: preset.id, id }}
            initial={{ ...preset.defaults, name: provider }}
            answers={answersOf(preset.defaults)}
            submit={t('create')}
            t={t}
          />
        </div>
      </Section>
    </Page>
  )
}
