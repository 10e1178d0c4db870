import nx from "@nx/eslint-plugin";
import tseslint from "typescript-eslint";
import gatehouse from "./tools/lint-rules/index.mjs";

const server = ["@nestjs/*", "typeorm", "ioredis", "bullmq", "fastify", "@fastify/*", "pg", "pino", "kafkajs"];

/** Who may import whom; see docs/adr/0001-shelves.md. */
const shelves = [
  {
    sourceTag: "type:root",
    onlyDependOnLibsWithTags: ["type:app", "type:feature", "type:aggregate", "type:record", "type:runtime", "type:service", "type:domain", "type:platform"],
    bannedExternalImports: ["typeorm", "bullmq"],
  },
  { sourceTag: "type:runtime", onlyDependOnLibsWithTags: ["type:service", "type:domain", "type:platform"], bannedExternalImports: ["fastify", "@fastify/*"] },
  {
    sourceTag: "type:app",
    onlyDependOnLibsWithTags: ["type:runtime", "type:feature", "type:aggregate", "type:record", "type:service", "type:domain", "type:platform"],
    bannedExternalImports: ["typeorm", "ioredis", "bullmq"],
  },
  {
    sourceTag: "type:feature",
    onlyDependOnLibsWithTags: ["type:aggregate", "type:record", "type:service", "type:domain", "type:platform"],
    bannedExternalImports: ["fastify", "@fastify/*", "@nestjs/graphql"],
  },
  {
    sourceTag: "type:aggregate",
    onlyDependOnLibsWithTags: ["type:record", "type:service", "type:domain", "type:platform"],
    bannedExternalImports: ["fastify", "@fastify/*", "@nestjs/graphql", "bullmq"],
  },
  {
    sourceTag: "type:record",
    onlyDependOnLibsWithTags: ["type:service", "type:domain", "type:platform"],
    bannedExternalImports: ["fastify", "@fastify/*", "@nestjs/graphql", "bullmq"],
  },
  // @fastify/busboy reads multipart bodies and knows no Fastify.
  { sourceTag: "type:service", onlyDependOnLibsWithTags: ["type:domain", "type:platform"], bannedExternalImports: ["fastify", "@fastify/(?!busboy$)*"] },
  { sourceTag: "type:domain", onlyDependOnLibsWithTags: ["type:domain", "platform:pure"], bannedExternalImports: server },
  { sourceTag: "type:platform", onlyDependOnLibsWithTags: ["type:platform"] },
  { sourceTag: "type:web", onlyDependOnLibsWithTags: ["type:domain"], bannedExternalImports: server },
];

const rule = (name, options = []) => ({ [`gatehouse/${name}`]: ["error", ...options] });
const sources = ["apps/*/src/**/*.ts", "libs/*/*/src/**/*.ts"];
const specs = ["**/*.spec.ts", "**/test/**", "libs/platform/testing/**"];

export default tseslint.config(
  { ignores: ["**/node_modules/**", "**/dist/**", ".gatehouse/**", ".nx/**", "docs/**", "tools/**", "bench/**", "e2e/**", "*.config.*", ".dependency-cruiser.cjs"] },
  {
    files: ["apps/**/*.{ts,tsx}", "libs/**/*.ts"],
    languageOptions: { parser: tseslint.parser, parserOptions: { ecmaFeatures: { jsx: true } } },
    linterOptions: { reportUnusedDisableDirectives: "off" },
    plugins: { "@nx": nx, gatehouse },
    rules: {
      "@nx/enforce-module-boundaries": [
        "error",
        { enforceBuildableLibDependency: false, allow: [], allowCircularSelfDependency: true, checkDynamicDependenciesExceptions: ["@gatehouse/app-*"], depConstraints: shelves },
      ],
      "max-lines": ["error", { max: 300 }],
      ...rule("no-banned-names"),
    },
  },
  {
    files: sources,
    ignores: specs,
    rules: { "max-lines-per-function": ["error", { max: 60 }], ...rule("access-declared"), ...rule("no-orm-shortcuts") },
  },
  { files: ["libs/*/*/src/**/*.ts"], ignores: specs, rules: { ...rule("few-parameters"), ...rule("no-module-state") } },
  { files: ["libs/*/*/src/index.ts"], rules: rule("documented-exports") },
  { files: ["libs/**/*.store.ts"], rules: rule("context-first") },
  { files: sources, ignores: [...specs, "libs/platform/telemetry/**", "libs/platform/postgres/**", "libs/platform/redis/**"], rules: rule("no-async-store-reads") },
);
