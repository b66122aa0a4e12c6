import type { Metadata } from 'next'
import { PageShell } from '@/components/page-shell'

export const metadata: Metadata = { title: 'Nothing here' }

/** 404 for a browser. */
export default function NotFound() {
  return (
    <PageShell>
      <h1>
        <strong>There is nothing here</strong>
      </h1>
      <p className="lead">This address leads nowhere, or what it led to is gone.</p>
      <p className="remedy">
        If an application sent you here, go back to it and start again from there. If that does not help, tell
        your administrator which application it was.
      </p>
    </PageShell>
  )
}
