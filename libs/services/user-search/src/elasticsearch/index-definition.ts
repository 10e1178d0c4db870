import { EXACT_FIELDS, PREFIX_FIELDS, TEXT_FIELDS } from "../user-document.js";

/** One index for the users of all projects (spec: admin API §7). */
export const INDEX = "user";

const fields = (names: readonly string[], definition: object): [string, object][] => names.map((name) => [name, definition]);

/** Body that makes the index. Values are compared without regard to case, ids as they are; `words` gathers the analysed texts; `login_order` sorts users who never logged in twice behind all others, the latest first. */
export const INDEX_DEFINITION = {
  settings: { analysis: { normalizer: { folded: { type: "custom", filter: ["lowercase"] } } } },
  mappings: {
    dynamic: false,
    properties: {
      ...Object.fromEntries([
        ...fields([...EXACT_FIELDS, ...PREFIX_FIELDS], { type: "keyword", normalizer: "folded" }),
        ...fields(TEXT_FIELDS, { type: "text", index: false, copy_to: "words" }),
        ...fields(["created_at", "updated_at", "last_login_at"], { type: "date" }),
      ]),
      id: { type: "keyword" },
      app_id: { type: "keyword" },
      is_disabled: { type: "boolean" },
      words: { type: "text" },
      login_order: { type: "long" },
    },
  },
} as const;
