'use client'

import { type FormEvent, type ReactNode, useRef } from 'react'

/** Shows a colour in the preview while it is typed. Without JavaScript it shows once it is saved. */
export function LiveAccent({ children }: { readonly children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null)
  const show = ({ target }: FormEvent<HTMLDivElement>) => {
    if (!(target instanceof HTMLInputElement)) return
    const isDark = matchMedia('(prefers-color-scheme: dark)').matches
    const preview = place.current?.querySelector<HTMLElement>('.brand-preview')
    if (!preview || target.name !== (isDark ? 'accent_dark' : 'accent')) return
    if (/^#[0-9a-f]{6}$/i.test(target.value)) preview.style.setProperty('--vst-accent', target.value)
    else preview.style.removeProperty('--vst-accent')
  }
  return (
    <div ref={place} className="brand-beside" onInput={show}>
      {children}
    </div>
  )
}
