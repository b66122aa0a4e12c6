import type { BrandInput } from '@/lib/configuration/brand/brand-rules'
import { text } from './console-action'
import { isChecked } from './form-values'

/** What the form of a branding says. */
export async function brandInput(form: FormData): Promise<BrandInput> {
  const file = form.get('logo')
  const hasFile = file instanceof File && file.size > 0
  const radius = text(form, 'corner_radius').trim()
  return {
    name: text(form, 'name'),
    accent: text(form, 'accent'),
    accentDark: text(form, 'accent_dark'),
    cornerRadius: radius === '' ? undefined : Number(radius),
    termsUrl: text(form, 'terms_url'),
    privacyUrl: text(form, 'privacy_url'),
    support: text(form, 'support'),
    ...(isChecked(form, 'remove_logo') && { logo: null }),
    ...(hasFile && { logo: new Uint8Array(await file.arrayBuffer()) }),
  }
}
