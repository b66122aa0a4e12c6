/**
 * The script of pages for operators, `/pages.js`: what it does is only more convenient, because every page works without
 * it. Everything listens at the document, so that nothing has to be connected again when a page is drawn anew.
 * Decision 0132.
 */
import { showBrandWhileTyped } from './brand-preview'
import { openCombobox } from './combobox'
import { copyTexts } from './copy'
import { sendInPlace } from './forms'
import { followTail } from './live-tail'
import { lookUpWhileTyped } from './look-up'
import { askForPasskeys } from './passkeys'
import { refreshPages } from './refresh'
import { openRows } from './rows'
import { markSteps } from './step-marks'
import { showOpenTab } from './tabs'

// Where Next runs without our own server, forms are sent by the browser: no redirect is told to a script there.
const isAlone = document.currentScript?.hasAttribute('data-alone')

openRows()
openCombobox()
copyTexts()
if (!isAlone) sendInPlace()
lookUpWhileTyped()
showBrandWhileTyped()
askForPasskeys()
refreshPages()
followTail()
markSteps()
showOpenTab()
