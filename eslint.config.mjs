import tseslint from "typescript-eslint";

/** What cannot be had by leaving out types. */
const erasable = ["TSEnumDeclaration", "TSParameterProperty", "TSModuleDeclaration[declare!=true]"].map((selector) => ({
  selector,
  message: "Write what remains when the types are left out.",
}));

/** `import * as` makes a copy of the editor's whole API in each bundled file: with two dozen files that was half of the activation time. */
const plainVscode = {
  selector: "ImportDeclaration[source.value='vscode'][importKind='value']",
  message: 'Write `import vscode = require("vscode")`: it copies nothing.',
};

export default tseslint.config(
  { ignores: ["dist", "out", "sample", "node_modules", ".cache", ".vscode-test", "media"] },
  {
    files: ["src/**/*.ts", "test/**/*.ts"],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-require-imports": ["error", { allowAsImport: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "no-console": "error",
      "no-empty": ["error", { allowEmptyCatch: false }],
      eqeqeq: "error",
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true } }],
      "no-restricted-syntax": ["error", ...erasable],
    },
  },
  {
    files: ["src/core/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: ["vscode"],
          patterns: ["@aws-sdk/*", "@smithy/*", "node:*", "**/workbench/*", "**/sandbox/*", "**/cli/*"],
        },
      ],
    },
  },
  {
    files: ["src/aws/**/*.ts", "src/sandbox/**/*.ts", "src/cli/**/*.ts"],
    rules: { "no-restricted-imports": ["error", { paths: ["vscode"], patterns: ["**/workbench/*"] }] },
  },
  {
    files: ["src/{connection,explorer,language,pipeline,logs,diagnosis,insights,workbench}/**/*.ts", "src/extension.ts"],
    rules: {
      "no-restricted-imports": ["error", { patterns: ["@aws-sdk/*", "@smithy/*", "**/sandbox/*"] }],
      "no-restricted-syntax": ["error", ...erasable, plainVscode],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // node:test returns a promise that the runner itself awaits.
      "@typescript-eslint/no-floating-promises": ["error", { allowForKnownSafeCalls: [{ from: "package", name: ["test", "it", "describe", "suite"], package: "node:test" }] }],
    },
  },
);
