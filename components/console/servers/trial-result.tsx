'use client'

import { useFormState } from '@/components/ui/action-form'

/** What a trial of access rules has found: a sentence, and a line for each user. */
export function TrialResult({ title }: { readonly title: string }) {
  const lines = useFormState().shown?.trial?.split('\n')
  if (!lines) return null
  const [sentence, ...users] = lines
  return (
    <section className="callout" role="status" aria-label={title}>
      <p>{sentence}</p>
      <ul>
        {users.map((user) => (
          <li key={user}>{user}</li>
        ))}
      </ul>
    </section>
  )
}
