import type { BrandView } from '@/lib/oauth/consent/view'
import { ForeignText } from './foreign-text'

/** Where a file of a brand lies. */
export const brandFile = ({ slug, version }: BrandView, file: 'logo' | 'style.css', isPreview = false) =>
  `/oauth/consent/brand/${slug}/${file}?v=${version}${isPreview ? '&preview' : ''}`

/**
 * Header: our mark, or the server's logo and name. The stylesheet is a separate file, because the CSP allows no inline
 * style, and sets nothing but the accent colour.
 */
export function BrandHeader({
  brand,
  preview = false,
}: {
  readonly brand: BrandView | undefined
  /** In the console: the colours are for the picture alone. */
  readonly preview?: boolean
}) {
  if (!brand)
    return (
      <header className="brand">
        <span className="brand-mark" />
        <span className="brand-name">Vestibule</span>
      </header>
    )
  return (
    <>
      {brand.hasAccent && <link rel="stylesheet" href={brandFile(brand, `style.css`, preview)} />}
      <header className="brand">
        {/* biome-ignore lint/performance/noImgElement: components know no framework, and this is small already */}
        {brand.hasLogo && <img className="brand-logo" src={brandFile(brand, 'logo')} alt="" />}
        <ForeignText className="brand-name" text={brand.name} />
      </header>
    </>
  )
}
