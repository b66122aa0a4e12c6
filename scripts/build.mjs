// Builds what `npm start` runs, where sources changed.
import { ensureBuilt, enterProject } from './project.mjs'

enterProject()
ensureBuilt()
