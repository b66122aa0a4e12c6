/** What the core needs of the outside to show a server in its own colours. The same terms as in `ports.ts`. */

/** Image types that a logo may have. No SVG: it can hold scripts and styles. */
export type LogoType = 'image/png' | 'image/jpeg' | 'image/webp'

/** An accent colour as `#rrggbb`, for light and for dark surfaces. */
export type Accent = { readonly light: string; readonly dark: string }

/** How a server or an organization looks on pages for end users. */
export type Brand = {
  /** Stands above the card; absent: the name of the server or organization. */
  readonly name?: string
  readonly accent?: Accent
  /** Pixels. */
  readonly cornerRadius?: number
  readonly termsUrl?: string
  readonly privacyUrl?: string
  /** An email address, or an address of a page. */
  readonly support?: string
  readonly hasLogo: boolean
  /** Changes with every change, so that addresses with it in them can be cached. */
  readonly version: string
}

export type Logo = { readonly type: LogoType; readonly bytes: Uint8Array }

/** A slug of a server, or of an organization behind a tilde. */
export type BrandKey = string

export type Brands = {
  /** What a server has itself or from its organization; null where it looks like Vestibule. */
  find(key: BrandKey): Promise<Brand | null>
  findLogo(key: BrandKey): Promise<Logo | null>
  /**
   * Of an organization, or else of the first of its servers that has one, for pages that belong to no server; without
   * an id of the only organization that there is.
   */
  findOrganization(id: string | undefined): Promise<OwnedBrand | null>
  /** Of the server that a login is at; of a login that is not known, as {@link findOrganization} without an id. */
  findLogin(login: KnownLogin): Promise<OwnedBrand | null>
}

/** One of the things that lead to a login. */
export type KnownLogin =
  | { readonly reference: string }
  | { readonly requestId: string }
  /** Of the state that its attempt at this connection has. */
  | { readonly stateHash: string; readonly connectionId: string }

export type OwnedBrand = { readonly key: BrandKey; readonly name: string; readonly brand: Brand }

/** What is known of the logo of an application that a metadata document describes. */
export type FoundLogo = {
  /** Where the document says that it lies. */
  readonly source: string
  /** A PNG of ours, if there was one at that address; null when there is none. */
  readonly image: Uint8Array | null
  /** When that address was asked last; absent: never. */
  readonly fetchedAt?: Date
}

/** Logos of applications, by the address of the metadata document. */
export type ClientLogos = {
  /** Null where no document is known, or it names no logo. */
  find(clientId: string): Promise<FoundLogo | null>
  save(clientId: string, logo: Required<FoundLogo>): Promise<void>
}

export type ApplicationLogos = {
  /** A PNG; null where there is none, or none now. */
  find(clientId: string): Promise<Uint8Array | null>
}
