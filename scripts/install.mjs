// Installs what is built with, where the lock file changed.
import { ensureInstalled, enterProject } from './project.mjs'

enterProject()
ensureInstalled()
