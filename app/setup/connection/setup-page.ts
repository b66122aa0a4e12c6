import { createElement, type ReactNode } from 'react'
import { pageLanguage } from '@/app/page-language'
import { NotFound } from '@/lib/access'
import { sayStatus } from '@/lib/http/browser/page-status'
import { pageContext } from '@/lib/http/page-context'
import type { Management } from '@/lib/management/management'
import type { Language } from '@/lib/messages/catalogue'
import { routes } from '@/lib/routes'
import { management } from '@/lib/services/services'
import { ClosedLink } from './closed-link'

export type SetupPage = {
  readonly token: string
  /** The address of the page of the link. */
  readonly at: string
  readonly management: Management
  readonly language: Language
}

/** A page behind a setup link: 404 for whatever link does not work, whyever. */
export async function setupPage(
  token: string,
  render: (page: SetupPage) => Promise<ReactNode>,
): Promise<ReactNode> {
  await pageContext(management)
  const page = {
    token,
    at: routes.setup(token),
    management: await management(),
    language: await pageLanguage(),
  }
  try {
    return await render(page)
  } catch (error) {
    if (!(error instanceof NotFound)) throw error
    sayStatus(404)
    return createElement(ClosedLink)
  }
}
