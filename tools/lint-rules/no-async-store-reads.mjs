/** AsyncLocalStorage carries log and trace correlation and the test counters, nothing a decision may read. */
export const noAsyncStoreReads = {
  meta: { type: "problem", schema: [], messages: { banned: "AsyncLocalStorage is for telemetry only; pass what you need as an argument." } },
  create(context) {
    return {
      ImportDeclaration(node) {
        if (!/^(node:)?async_hooks$/.test(node.source.value)) return;
        context.report({ node, messageId: "banned" });
      },
    };
  },
};
