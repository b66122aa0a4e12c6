import { on } from './dom'
import { addPasskey, signInWithPasskey } from './passkey'

/** Buttons that sign in with a passkey, or add one of this device to the account. */
export function askForPasskeys(): void {
  on('click', '[data-passkey]', async (button) => {
    const { passkey, goTo = '', failed = '', stale = '' } = button.dataset
    const said = button.parentElement?.querySelector<HTMLElement>('[role=alert]')
    if (said) said.hidden = true
    const name = button.closest('.form')?.querySelector('input')?.value ?? ''
    // Who changes their mind makes the browser throw.
    const result = await (passkey === 'add' ? addPasskey(name) : signInWithPasskey()).catch(
      () => 'failed' as const,
    )
    if (result === 'done') {
      location.assign(goTo)
      return
    }
    if (!said) return
    said.textContent = result === 'stale' ? stale : failed
    said.hidden = false
  })
}
