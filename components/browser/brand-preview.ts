import { on } from './dom'

/** Shows colours and corners in the previews while they are typed. */
export function showBrandWhileTyped(): void {
  on('input', '.brand-beside', (place, { target }) => {
    if (!(target instanceof HTMLInputElement)) return
    for (const preview of place.querySelectorAll<HTMLElement>('.brand-preview')) {
      const isDark = preview.classList.contains('brand-dark')
      const { name, value } = target
      if (name === (isDark ? 'accent_dark' : 'accent'))
        set(preview, '--vst-accent', /^#[0-9a-f]{6}$/i.test(value) ? value : '')
      if (name === 'corner_radius') set(preview, '--vst-radius', /^\d{1,2}$/.test(value) ? `${value}px` : '')
    }
  })
}

/** Empty: as it is stored. */
const set = (preview: HTMLElement, token: string, value: string) =>
  value ? preview.style.setProperty(token, value) : preview.style.removeProperty(token)
