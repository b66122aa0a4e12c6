import type { Page } from '@playwright/test'
import type { World } from './world'

/** A page that a person can come to see, and what it must say. */
export type GalleryItem = {
  readonly name: string
  readonly open: (page: Page, world: World) => Promise<unknown>
  readonly status: number
  readonly says: readonly (string | RegExp)[]
}
