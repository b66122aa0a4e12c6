import { PageShell } from './page-shell'

/** Shown when the browser kept no cookie of ours: without one a foreign page could answer for the user. */
export function CookiesNeeded() {
  return (
    <PageShell>
      <h1>
        <strong>Your browser refuses our cookie</strong>
      </h1>
      <p className="lead">
        It ties your answer to this browser, so that nobody else can answer for you. Allow cookies for this
        site, then go back to your application and connect again.
      </p>
    </PageShell>
  )
}
