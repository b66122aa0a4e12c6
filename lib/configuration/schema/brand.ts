/** How an organization or a server looks, as a configuration file has it; what it may be says `brand/brand-rules.ts`. */
import { z } from 'zod'

export const BRAND = z.strictObject({
  name: z.string().exactOptional(),
  accent: z.string().exactOptional(),
  accentDark: z.string().exactOptional(),
  cornerRadius: z.number().exactOptional(),
  termsUrl: z.string().exactOptional(),
  privacyUrl: z.string().exactOptional(),
  support: z.string().exactOptional(),
  /** `file:` and a path, or the image itself as a `data:` URL. */
  logo: z.string().exactOptional(),
})
