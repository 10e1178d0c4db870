/** File cycles, and modules a shelf may not touch that no package rule can see. */
module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", comment: "Two files that need each other are one file, or a third is missing.", from: {}, to: { circular: true, dependencyTypesNot: ["type-only"] } },
    { name: "domain-is-pure", severity: "error", comment: "Domain libraries know no machine.", from: { path: "^libs/domain/[^/]+/src", pathNot: "\\.spec\\.ts$" }, to: { dependencyTypes: ["core"] } },
    { name: "no-deep-imports", severity: "error", comment: "Other libraries are reached through their index.", from: { path: "^(?:libs/[^/]+|apps)/([^/]+)/" }, to: { path: "^libs/[^/]+/([^/]+)/src/(?!index\\.ts)", pathNot: "^libs/[^/]+/$1/", dependencyTypes: ["local"] } },
  ],
  options: {
    doNotFollow: { path: "node_modules/(?!@gatehouse)" },
    exclude: { path: "^apps/portal-web|(^|/)dist/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "default"], extensions: [".ts", ".js", ".mjs"] },
  },
};
