/** What the core needs of the outside to show a server in its own colours. The same terms as in `ports.ts`. */

/** Image types that a logo may have. No SVG: it can hold scripts and styles. */
export type LogoType = 'image/png' | 'image/jpeg' | 'image/webp'

/** An accent colour as `#rrggbb`, for light and for dark surfaces. */
export type Accent = { readonly light: string; readonly dark: string }

/** How a server looks on the consent page. */
export type Brand = {
  /** Stands above the card; absent: the server's name. */
  readonly name?: string
  readonly accent?: Accent
  readonly hasLogo: boolean
  /** Changes with every change, so that addresses with it in them can be cached. */
  readonly version: string
}

export type Logo = { readonly type: LogoType; readonly bytes: Uint8Array }

export type Brands = {
  /** Null where the server looks like Vestibule. */
  findAccent(slug: string): Promise<Accent | null>
  findLogo(slug: string): Promise<Logo | null>
}
