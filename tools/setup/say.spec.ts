import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

it("a long step is told beside the answer, which may go to a file", () => {
  const program = `import { step } from ${JSON.stringify(new URL("say.mjs", import.meta.url).href)};
    console.log(await step("Building", () => new Promise((resolve) => setTimeout(resolve, 600, "done"))));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" });
  expect([stdout, stderr]).toEqual(["done\n", "  Building ...\n"]);
});
