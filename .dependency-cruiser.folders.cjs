/** No folder imports, over whatever way, a folder that imports it. Tests may look across. */
module.exports = {
  forbidden: [
    { name: 'no-folder-cycles', severity: 'error', scope: 'folder', from: {}, to: { circular: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^(\\.next|dist)/', 'node_modules', '\\.(test|contract)\\.tsx?$', '/test-support/'] },
  },
}
