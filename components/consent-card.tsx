import type { ConsentView } from '@/lib/oauth/consent/view'
import { ClientIdentity } from './client-identity'
import { Destination } from './destination'
import { ForeignText } from './foreign-text'
import { PageShell } from './page-shell'
import { ScopeList } from './scope-list'

type ConsentCardProps = {
  readonly view: ConsentView
  /** Must match the form's cookie. */
  readonly formToken: string
  readonly requestId: string
  /** Where the decision is posted. */
  readonly action: string
}

const ADDRESS = 240

/** The consent page: who asks, where it leads, for what, and two buttons of one size. A plain form, no script. */
export function ConsentCard({ view, formToken, requestId, action }: ConsentCardProps) {
  return (
    <PageShell footer={<SmallPrint view={view} />} brand={view.server.brand}>
      <ClientIdentity client={view.client} server={view.server} />
      <Destination redirect={view.redirect} kind={view.client.kind} />
      <ScopeList {...view} />
      <form method="post" action={action} autoComplete="off">
        <input type="hidden" name="request" value={requestId} />
        <input type="hidden" name="token" value={formToken} />
        <input type="hidden" name="assumed" value={view.allowedBefore?.assumedScope.join(' ') ?? ''} />
        <p className="next">
          Next you log in at{' '}
          <strong>
            <ForeignText text={view.connection.name} />
          </strong>
          .
        </p>
        <div className="actions">
          <button type="submit" name="decision" value="allow" className="button button-filled">
            Allow
          </button>
          <button type="submit" name="decision" value="deny" className="button">
            Deny
          </button>
        </div>
        {!view.allowedBefore && (
          <p className="quiet">What you allowed this application before stays allowed.</p>
        )}
      </form>
    </PageShell>
  )
}

function SmallPrint({ view }: { readonly view: ConsentView }) {
  return (
    <dl className="facts">
      <dt>Server</dt>
      <dd>
        <ForeignText text={view.server.resource} length={ADDRESS} />
      </dd>
      <dt>Application</dt>
      <dd>
        <ForeignText text={view.client.clientId} length={ADDRESS} />
      </dd>
      {view.client.uri && (
        <>
          <dt>Website it claims</dt>
          <dd>
            <ForeignText text={view.client.uri} length={ADDRESS} />
          </dd>
        </>
      )}
      {view.connection.scopes.length > 0 && (
        <>
          <dt>
            Asked of <ForeignText text={view.connection.name} />
          </dt>
          <dd>
            <ForeignText text={view.connection.scopes.join(' ')} length={ADDRESS} />
          </dd>
        </>
      )}
      <dt>Reference</dt>
      <dd>
        <ForeignText text={view.reference} />
      </dd>
    </dl>
  )
}
