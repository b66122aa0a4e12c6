import { ConsentPreview } from '@/components/console/servers/consent-preview'
import { LiveAccent } from '@/components/console/servers/live-accent'
import { ActionForm } from '@/components/ui/action-form'
import { CheckField, Field } from '@/components/ui/fields'
import { Section } from '@/components/ui/page'
import { formVersion } from '@/lib/configuration/version'
import { translator } from '@/lib/messages/catalogue'
import { messages as parts } from '@/lib/messages/server-parts'
import { messages } from '@/lib/messages/servers'
import { brandEntry, findBranding } from '@/lib/servers/branding'
import { previewConsent } from '@/lib/servers/consent-preview'
import { saveBrand } from '../../actions'
import { serverPage } from '../server-page'

/** Name, logo and colour of the consent page, with the page itself beside them. */
export default serverPage('branding', async ({ scope, management, server, language }) => {
  const [t, p] = [translator(messages, language), translator(parts, language)]
  const brand = await findBranding(scope, server.slug, management)
  const view = await previewConsent(scope, server, p('branding.previewClient'), management)
  return (
    <LiveAccent>
      <Section title={p('branding.title')} lead={p('branding.lead')}>
        <ActionForm
          action={saveBrand}
          organization={scope.organization}
          fields={{ server: server.slug, version: formVersion(brandEntry(brand)) }}
          submit={t('save')}
        >
          <Field
            name="name"
            label={p('branding.name')}
            hint={p('branding.nameHint')}
            defaultValue={brand?.name}
            autoComplete="off"
          />
          <Field
            name="accent"
            label={p('branding.accent')}
            hint={p('branding.accentHint')}
            defaultValue={brand?.accent?.light}
            autoComplete="off"
            spellCheck={false}
          />
          <Field
            name="accent_dark"
            label={p('branding.accentDark')}
            hint={p('branding.accentDarkHint')}
            defaultValue={brand?.accent?.dark}
            autoComplete="off"
            spellCheck={false}
          />
          <Field name="logo" label={p('branding.logo')} hint={p('branding.logoHint')} type="file" />
          {brand?.hasLogo && <CheckField name="remove_logo" label={p('branding.removeLogo')} />}
        </ActionForm>
      </Section>
      <Section title={p('branding.preview')}>
        <ConsentPreview view={view} label={p('branding.previewLabel')} language={language} />
      </Section>
    </LiveAccent>
  )
})
