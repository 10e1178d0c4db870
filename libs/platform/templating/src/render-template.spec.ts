import { describe, expect, it } from "vitest";
import { parseTemplate, renderTemplate, TemplateError } from "./index.js";

const values = { Code: "123456", Name: "<b>Ümit & Co</b>", HasPassword: true, Empty: "", Count: 3 };
const text = (source: string) => renderTemplate(source, { values, as: "text" });
const html = (source: string) => renderTemplate(source, { values, as: "html" });

describe("templates", () => {
  it("fill in variables", () => expect(text("Code {{ .Code }} of {{.Name}}")).toBe("Code 123456 of <b>Ümit & Co</b>"));
  it("choose by condition", () => {
    const source = '{{ if .Empty }}a{{ else if and .HasPassword (eq .Code "123456") }}b{{ else }}c{{ end }}';
    expect(text(source)).toBe("b");
    expect(text("{{ if not .HasPassword }}x{{ end }}")).toBe("");
    expect(text("{{ if gt .Count 2 }}many{{ end }}")).toBe("many");
  });
  it("eat white space at trim markers", () => expect(text("a \n{{- .Code -}}\n b")).toBe("a123456b"));
  it("drop comments", () => expect(text("a{{/* note */}}b")).toBe("ab"));
  it("include other templates, not for ever", () => {
    expect(renderTemplate('{{ template "x" }}!', { values, as: "text", include: () => "[{{ .Code }}]" })).toBe("[123456]!");
    expect(() => renderTemplate('{{ template "x" }}', { values, as: "text", include: () => '{{ template "x" }}' })).toThrow(TemplateError);
  });
  it("refuse an unknown variable", () => expect(() => text("{{ .Nope }}")).toThrow(/\.Nope/));
});

describe("threat: a value or a template of a customer breaks out", () => {
  it("escapes values in HTML, in attributes too", () => expect(html('<a title="{{ .Name }}">')).toBe('<a title="&lt;b&gt;Ümit &amp; Co&lt;/b&gt;">'));
  it.each([
    '{{ printf "x" }}',
    "{{ .Code | print }}",
    "{{ range .Code }}{{ end }}",
    "{{ with .Code }}{{ end }}",
    "{{ .a.b }}",
    "{{ if }}x{{ end }}",
    "{{ if .Code }}",
    "{{ end }}",
    "{{ .Code",
    "{{ constructor }}",
    "{{ $x := 1 }}",
  ])("refuses %s", (source) => expect(() => parseTemplate(source)).toThrow(TemplateError));
  it("does not reach inherited properties", () => expect(() => text("{{ .constructor }}")).toThrow(/no variable/));
});
