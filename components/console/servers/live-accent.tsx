'use client'

import { type FormEvent, type ReactNode, useRef } from 'react'

/** Shows colours and corners in the previews while they are typed. Without JavaScript they show once they are saved. */
export function LiveAccent({ children }: { readonly children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null)
  const show = ({ target }: FormEvent<HTMLDivElement>) => {
    if (!(target instanceof HTMLInputElement)) return
    for (const preview of place.current?.querySelectorAll<HTMLElement>('.brand-preview') ?? []) {
      const isDark = preview.classList.contains('brand-dark')
      const { name, value } = target
      if (name === (isDark ? 'accent_dark' : 'accent'))
        set(preview, '--vst-accent', /^#[0-9a-f]{6}$/i.test(value) ? value : '')
      if (name === 'corner_radius') set(preview, '--vst-radius', /^\d{1,2}$/.test(value) ? `${value}px` : '')
    }
  }
  return (
    <div ref={place} className="brand-beside" onInput={show}>
      {children}
    </div>
  )
}

/** Empty: as it is stored. */
const set = (preview: HTMLElement, token: string, value: string) =>
  value ? preview.style.setProperty(token, value) : preview.style.removeProperty(token)
