import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./say.mjs";

/** How the lines of failed tests, and of those that passed at the second try only, begin; `npm run verify` repeats these lines in its summary. */
export const marks = { failed: "  failed: ", flaky: "  flaky: " };

const firstLine = (text = "") => text.split("\n", 1)[0].slice(0, 300);

/** Reads vitest's JSON report: the numbers, and a line for each failed test and for each that passed at the second try only. A file that could not be loaded, or a crash, counts as one failure. */
export function readReport(file, code) {
  let result;
  try {
    result = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 1, failures: ["the tests ended without a report"], flaky: [] };
  }
  const lineOf = (suite, test) => `${path.relative(root, suite.name)} > ${test.fullName}: ${firstLine(test.failureMessages[0])}`;
  const failures = result.testResults.flatMap((suite) => {
    const tests = suite.assertionResults.filter((test) => test.status === "failed");
    if (tests.length === 0) return suite.status === "failed" ? [`${path.relative(root, suite.name)}: ${firstLine(suite.message)}`] : [];
    return tests.map((test) => lineOf(suite, test));
  });
  const flaky = result.testResults.flatMap((suite) =>
    suite.assertionResults.filter((test) => test.status === "passed" && test.failureMessages.length > 0).map((test) => lineOf(suite, test)),
  );
  if (failures.length === 0 && code !== 0) failures.push(`vitest ended with code ${code}`);
  return { passed: result.numPassedTests, failed: failures.length, failures, flaky };
}

/** Closes a run: the flaky and the failed tests, "N passed, N failed", and the exit code. */
export function closeRun({ passed, failed, failures, flaky }) {
  for (const line of flaky) console.log(marks.flaky + line);
  for (const line of failures) console.log(marks.failed + line);
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed > 0 ? 1 : 0);
}
