import { BrandingForm } from '@/components/console/servers/branding-form'
import { ConsentPreview } from '@/components/console/servers/consent-preview'
import { Section } from '@/components/ui/page'
import { formVersion } from '@/lib/configuration/entries'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console/branding'
import { routes } from '@/lib/routes'
import { brandEntry, findBranding } from '@/lib/servers/branding'
import { previewConsent } from '@/lib/servers/consent-preview'
import { saveBrand } from '../../actions'
import { serverPage } from '../server-page'

/** How one server looks where it differs from its organization, with the consent page itself beside it. */
export default serverPage('branding', async ({ scope, management, server, language }) => {
  const p = translator(messages, language)
  const brand = await findBranding(scope, server.slug, management)
  const view = await previewConsent(scope, server, p('branding.previewClient'), management)
  return (
    <div className="brand-beside">
      <Section title={p('branding.title')} lead={p('branding.lead')}>
        <p>
          <a href={routes.branding(scope.organization)}>{p('branding.shared')}</a>
        </p>
        <BrandingForm
          action={saveBrand}
          organization={scope.organization}
          fields={{ server: server.slug, version: formVersion(brandEntry(brand)) }}
          {...{ brand, language }}
        />
      </Section>
      <ConsentPreview view={view} language={language} />
    </div>
  )
})
