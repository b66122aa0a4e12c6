import { BrandHeader } from '@/components/brand-header'
import { ClientIdentity } from '@/components/client-identity'
import { Destination } from '@/components/destination'
import { ScopeList } from '@/components/scope-list'
import type { ConsentView } from '@/lib/oauth/consent/view'

type ConsentPreviewProps = { readonly view: ConsentView; readonly label: string }

/** A picture of the consent page, made of its own parts: nothing in it can be pressed. */
export function ConsentPreview({ view, label }: ConsentPreviewProps) {
  return (
    <div className="brand-preview" role="img" aria-label={label}>
      <BrandHeader brand={view.server.brand} preview />
      <div className="card">
        <ClientIdentity client={view.client} server={view.server} />
        <Destination redirect={view.redirect} kind={view.client.kind} />
        <ScopeList {...view} />
        <div className="actions">
          <span className="button button-filled">Allow</span>
          <span className="button">Deny</span>
        </div>
      </div>
    </div>
  )
}
