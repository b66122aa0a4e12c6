import { PageShell } from './page-shell'

export type HomeView = {
  /** The default server's issuer, which is `PUBLIC_URL`; absent when no server is the default. */
  readonly issuer?: string
  /** Whether logins work now; absent when it was not checked. */
  readonly state?: 'ready' | 'not-ready'
}

const STATES = { ready: 'Ready: logins work', 'not-ready': 'Not ready: the readiness page says why' } as const

/** The page at `PUBLIC_URL` itself: for its operator, and for lost users. */
export function Home({ view }: { readonly view: HomeView }) {
  return (
    <PageShell footer={<p>If an application sent you here, go back to it and start again from there.</p>}>
      <h1>
        <strong>Vestibule</strong> is running
      </h1>
      <p className="lead">
        This is an OAuth 2.1 authorization server. It stands between MCP clients and the identity provider a
        company already has. There is nothing to log in to on this page.
      </p>
      <dl className="facts facts-wide">
        {view.state && (
          <>
            <dt>State</dt>
            <dd className={`state state-${view.state}`}>{STATES[view.state]}</dd>
          </>
        )}
        <dt>Issuer</dt>
        <dd>
          {view.issuer ? <code>{view.issuer}</code> : 'Each server has its own; none is the default here'}
        </dd>
      </dl>
      <ProgramLinks hasIssuer={view.issuer !== undefined} />
      <OperatorHints />
    </PageShell>
  )
}

function ProgramLinks({ hasIssuer }: { readonly hasIssuer: boolean }) {
  return (
    <nav aria-labelledby="programs">
      <h2 id="programs">For programs</h2>
      <ul className="links">
        {hasIssuer && (
          <>
            <li>
              <a href="/.well-known/oauth-authorization-server">Discovery document</a>
            </li>
            <li>
              <a href="/oauth/jwks">Public signing keys</a>
            </li>
          </>
        )}
        <li>
          <a href="/readyz">Readiness</a>
        </li>
      </ul>
    </nav>
  )
}

function OperatorHints() {
  return (
    <section aria-labelledby="operators">
      <h2 id="operators">For operators</h2>
      <ul className="links">
        <li>
          Describe organizations, connections and servers in a file, then apply it:
          <code className="command">npm run vestibule -- apply -f vestibule.yaml</code>
        </li>
        <li>
          <code>README.md</code> tells how to begin, <code>docs/</code> the rest, and{' '}
          <code>.env.example</code> every setting
        </li>
      </ul>
    </section>
  )
}
