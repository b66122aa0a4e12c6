import { Page } from '@/components/console/page'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/console'
import { consolePage } from '../console-page'

/** An organization at a glance. */
export default consolePage('look', async ({ scope, language }) => (
  <Page title={scope.organizationName} lead={translator(messages, language)('nav.overview')} />
))
