/** Preloaded with `--import`: an HTTP server waits a hundredth of the time that it was told to wait for a client. */
import { Server } from 'node:http'

const { setTimeout: waitFor } = Server.prototype

Server.prototype.setTimeout = function (milliseconds, ...listener) {
  return waitFor.call(this, milliseconds / 100, ...listener)
}
