'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Milliseconds. */
const PAUSE = 2_000

/** Shows the page anew whenever its tab is looked at again: something may have happened in another one. */
export function RefreshWhenSeen() {
  const router = useRouter()
  useEffect(() => {
    const refresh = () => {
      if (document.visibilityState === 'visible') router.refresh()
    }
    document.addEventListener('visibilitychange', refresh)
    return () => document.removeEventListener('visibilitychange', refresh)
  }, [router])
  return null
}

/** Shows the page anew every few seconds, without JavaScript as well. */
export function RefreshWhile() {
  const router = useRouter()
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), PAUSE)
    return () => clearInterval(timer)
  }, [router])
  return (
    <noscript>
      <meta httpEquiv="refresh" content="5" />
    </noscript>
  )
}
