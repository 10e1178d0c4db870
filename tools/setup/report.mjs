import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./say.mjs";

/** How the line of a failed test begins; `npm run verify` repeats these lines in its summary. */
export const failedMark = "  failed: ";

const firstLine = (text = "") => text.split("\n", 1)[0].slice(0, 300);

/** Reads vitest's JSON report: the numbers, and a line for each failed test. A file that could not be loaded, or a crash, counts as one failure. */
export function readReport(file, code) {
  let result;
  try {
    result = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 1, failures: ["the tests ended without a report"] };
  }
  const failures = result.testResults.flatMap((suite) => {
    const name = path.relative(root, suite.name);
    const tests = suite.assertionResults.filter((test) => test.status === "failed");
    if (tests.length === 0) return suite.status === "failed" ? [`${name}: ${firstLine(suite.message)}`] : [];
    return tests.map((test) => `${name} > ${test.fullName}: ${firstLine(test.failureMessages[0])}`);
  });
  if (failures.length === 0 && code !== 0) failures.push(`vitest ended with code ${code}`);
  return { passed: result.numPassedTests, failed: failures.length, failures };
}

/** Closes a run: the failed tests, "N passed, N failed", and the exit code. */
export function closeRun({ passed, failed, failures }) {
  for (const failure of failures) console.log(failedMark + failure);
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed > 0 ? 1 : 0);
}
