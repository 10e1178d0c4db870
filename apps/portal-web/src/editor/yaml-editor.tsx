import { yaml } from "@codemirror/lang-yaml";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { useComputedColorScheme } from "@mantine/core";
import CodeMirror, { EditorView, type ReactCodeMirrorRef } from "@uiw/react-codemirror";
import { useEffect, useMemo, useRef } from "react";
import type { Cause } from "../api/shapes.js";
import { describeCause } from "../problems/describe-cause.js";
import { createLocator } from "./locate-cause.js";

/** Causes as the editor's marks, each where it is in the text. */
function toDiagnostics(text: string, causes: readonly Cause[]): Diagnostic[] {
  const locate = createLocator(text);
  return causes.map((cause) => {
    const { from, to } = locate(cause);
    return { from, to, severity: "error" as const, message: describeCause(cause) };
  });
}

/** A YAML editor that marks problems in their lines. */
export function YamlEditor({ value, causes, onChange }: { value: string; causes: readonly Cause[]; onChange: (text: string) => void }) {
  const editor = useRef<ReactCodeMirrorRef>(null);
  const scheme = useComputedColorScheme("light");
  const extensions = useMemo(() => [yaml(), lintGutter(), EditorView.lineWrapping, EditorView.contentAttributes.of({ "aria-label": "authgear.yaml" })], []);
  useEffect(() => {
    const view = editor.current?.view;
    if (!view) return;
    const text = view.state.doc.toString();
    view.dispatch(setDiagnostics(view.state, toDiagnostics(text, causes)));
  }, [causes]);
  return (
    <div className="editor">
      <CodeMirror ref={editor} value={value} height="60vh" theme={scheme} extensions={extensions} onChange={onChange} />
    </div>
  );
}
