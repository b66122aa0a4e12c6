'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Milliseconds. */
const INTERVAL = 2000

/** Reads the page anew as long as it is shown, so that a login can be watched. */
export function RefreshWhileRunning() {
  const router = useRouter()
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') router.refresh()
    }, INTERVAL)
    return () => clearInterval(timer)
  }, [router])
  return null
}
