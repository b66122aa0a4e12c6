import type { Page } from '@playwright/test'
import { beginDevice, type Codes, startDeviceServer } from './device'
import type { GalleryItem } from './gallery-item'
import type { World } from './world'

/** A page of a login for a device, at a server of its own. */
const atDevice =
  (open: (page: Page, codes: Codes) => Promise<unknown>) => async (page: Page, world: World) => {
    const server = await startDeviceServer(world)
    try {
      return await open(page, await beginDevice(server.issuer))
    } finally {
      await server.close()
    }
  }

/** As after a code was typed: the browser has been at the page before. */
const refusedCode = (reason: string) => async (page: Page, world: World) => {
  await page.goto(`${world.app.url}/oauth/device`)
  return page.goto(`${world.app.url}/oauth/device?refused=${reason}`)
}

export const DEVICE: readonly GalleryItem[] = [
  {
    name: 'the page for the code of a device',
    open: (page, world) => page.goto(`${world.app.url}/oauth/device`),
    status: 200,
    says: ['Connect a device', 'Enter the code', 'Be careful'],
  },
  {
    name: 'a code that no device waits for',
    open: refusedCode('wrong'),
    status: 200,
    says: ['Connect a device', 'No device is waiting for this code'],
  },
  {
    name: 'too many wrong codes',
    open: refusedCode('too_many'),
    status: 200,
    says: ['Too many wrong codes'],
  },
  {
    name: 'the question whether the device shows the code',
    open: atDevice((page, codes) => page.goto(codes.verification_uri_complete)),
    status: 200,
    says: ['Does your device show this code?', 'Be careful'],
  },
  {
    name: 'consent for a device',
    open: atDevice(async (page, codes) => {
      await page.goto(codes.verification_uri_complete)
      const shown = page.waitForResponse((response) => response.url().includes('/oauth/consent?'))
      await page.getByRole('button').click()
      const response = await shown
      await page.waitForLoadState()
      return response
    }),
    status: 200,
    says: ['Living Room TV', 'A device wants to connect', 'You won’t be sent anywhere', 'Be careful'],
  },
  {
    name: 'the end of a login for a device',
    open: (page, world) => page.goto(`${world.app.url}/oauth/device/done`),
    status: 200,
    says: ['Your device is connected', 'return to your device'],
  },
  {
    name: 'a device that was not connected',
    open: (page, world) => page.goto(`${world.app.url}/oauth/device/done?error=access_denied`),
    status: 200,
    says: ['Your device was not connected'],
  },
  {
    name: 'a device when logins are not possible',
    open: (page, world) => page.goto(`${world.app.url}/oauth/device/done?error=temporarily_unavailable`),
    status: 200,
    says: ['Signing in isn’t possible right now', 'Enter the code again'],
  },
]
