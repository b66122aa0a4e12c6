import { BrandingForm } from '@/components/console/servers/branding-form'
import { ConsentPreview } from '@/components/console/servers/consent-preview'
import { Callout, Page, Section } from '@/components/ui/page'
import { formVersion } from '@/lib/configuration/entries'
import { translator } from '@/lib/messages/catalogue'
import { messages as console } from '@/lib/messages/console'
import { messages } from '@/lib/messages/console/branding'
import { messages as servers } from '@/lib/messages/servers'
import { brandEntry, findBranding } from '@/lib/servers/branding'
import { previewShared } from '@/lib/servers/consent-preview'
import { consolePage } from '../../console-page'
import { saveOrganizationBrand } from './actions'

/** How all servers of an organization look, and its pages that belong to none. */
export default consolePage('read', async ({ scope, management, query, language }) => {
  const [c, p] = [translator(console, language), translator(messages, language)]
  const brand = await findBranding(scope, undefined, management)
  const view = await previewShared(scope, p('branding.previewClient'), management)
  return (
    <Page title={c('nav.branding')} part={scope.organizationName} lead={p('branding.sharedLead')}>
      {query.saved && (
        <Callout tone="good">
          <p>{translator(servers, language)('saved')}</p>
        </Callout>
      )}
      <div className="brand-beside">
        <Section title={p('branding.sharedTitle')} lead={p('branding.lead')}>
          <BrandingForm
            action={saveOrganizationBrand}
            organization={scope.organization}
            fields={{ version: formVersion(brandEntry(brand)) }}
            {...{ brand, language }}
          />
        </Section>
        <ConsentPreview view={view} language={language} />
      </div>
    </Page>
  )
})
