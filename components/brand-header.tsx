import type { Language } from '@/lib/messages/catalogue'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/consent/brand'
import type { BrandView } from '@/lib/oauth/flow/brand-view'
import { brandFile, brandLinks } from '@/lib/oauth/protocol/urls'
import { ForeignText } from './foreign-text'

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
      {brand.hasStyle && (
        <link rel="stylesheet" href={`${brandFile(brand, 'style.css')}${preview ? '&preview' : ''}`} />
      )}
      {brand.hasLogo && !preview && <link rel="icon" href={brandFile(brand, 'logo')} />}
      <header className="brand">
        {/* biome-ignore lint/performance/noImgElement: components know no framework, and this is small already */}
        {brand.hasLogo && <img className="brand-logo" src={brandFile(brand, 'logo')} alt="" />}
        <ForeignText className="brand-name" text={brand.name} />
      </header>
    </>
  )
}

type BrandLinksProps = {
  readonly brand: BrandView
  readonly language: Language /** Nothing can be pressed. */
  readonly isPicture?: boolean
}

/** What the operator of the server says elsewhere, and where users ask. */
export function BrandLinks({ brand, language, isPicture }: BrandLinksProps) {
  const t = translator(messages, language)
  const links = brandLinks(brand)
  if (links.length === 0) return null
  return (
    <p className="brand-links">
      {links.map(({ name, href }) =>
        isPicture ? (
          <span key={name}>{t(name)}</span>
        ) : (
          <a key={name} href={href} rel="noreferrer">
            {t(name)}
          </a>
        ),
      )}
    </p>
  )
}
