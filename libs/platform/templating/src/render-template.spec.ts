import { describe, expect, it } from "vitest";
import { parseMessageFormat, parseTemplate, renderTemplate, TemplateError } from "./index.js";

const values = {
  Code: "123456",
  Name: "<b>Ümit & Co</b>",
  HasPassword: true,
  Empty: "",
  Count: 3,
  URL: "https://a.example/p?x=1&y=2",
  StaticAssetURL: (id: string) => (id === "logo" ? "/logo.png" : ""),
};
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
  it("drop comments", () => expect(text("a{{/* note }} */}}b{{- /* x */ -}} c")).toBe("abc"));
  it("include other templates, not for ever", () => {
    expect(renderTemplate('{{ template "x" }}!', { values, as: "text", include: () => "[{{ .Code }}]" })).toBe("[123456]!");
    expect(() => renderTemplate('{{ template "x" }}', { values, as: "text", include: () => '{{ template "x" }}' })).toThrow(TemplateError);
  });
  it("give an included template its own data", () => {
    const include = () => "{{ .Who }}: {{ $.Code }}";
    expect(renderTemplate('{{ template "x" (dict "Who" .Name "Code" 7) }}', { values, as: "text", include })).toBe("<b>Ümit & Co</b>: 7");
  });
  it("refuse an unknown variable", () => expect(() => text("{{ .Nope }}")).toThrow(/\.Nope/));
  it.each([
    ["variables, set again in a block", '{{ $x := "a" }}{{ if .Code }}{{ $x = "b" }}{{ $y := "c" }}{{ end }}{{ $x }}', "b"],
    ["ranges", '{{ range $i, $v := list "a" "b" }}{{ $i }}={{ $v }},{{ . }};{{ end }}', "0=a,a;1=b,b;"],
    ["ranges over dictionaries, by key", '{{ range $k, $v := dict "b" 2 "a" 1 }}{{ $k }}{{ $v }}{{ end }}', "a1b2"],
    ["ranges without anything", "{{ range list }}x{{ else }}none{{ end }}", "none"],
    ["the root inside a range", '{{ range list "x" }}{{ $.Code }}{{ . }}{{ end }}', "123456x"],
    ["definitions", '{{ define "t" }}<{{ . }}>{{ end }}{{ template "t" .Code }}', "<123456>"],
    ["blocks", '{{ block "t" .Code }}[{{ . }}]{{ end }}', "[123456]"],
    ["fields of brackets", '{{ (dict "a" (dict "b" 5)).a.b }}', "5"],
    ["functions of assets", '{{ $u := call .StaticAssetURL "logo" }}{{ if $u }}{{ $u }}{{ end }}', "/logo.png"],
    ["short circuits", '{{ or .Empty "x" }}{{ and .Empty (fail "no") }}', "x"],
    ["raw strings and characters", "{{ `a\"b` }}{{ 'a' }}", 'a"b97'],
  ])("know %s", (_name, source, expected) => expect(text(source)).toBe(expected));
  it.each([
    ['{{ upper "a" }}{{ trunc 2 "abc" }}{{ default "d" .Empty }}{{ ternary 1 2 false }}', "Aabd2"],
    ['{{ join "-" (splitList "," "a,b") }} {{ replace "a" "b" "aa" }} {{ trimSuffix "x" "ax" }} {{ contains "b" "abc" }}', "a-b bb a true"],
    ["{{ add 1 2 3 }} {{ div 7 2 }} {{ mod 7 2 }} {{ len (until 4) }} {{ round 1.256 2 }}", "6 3 1 4 1.26"],
    ['{{ regexReplaceAll "(\\\\d)" .Code "$1." }} {{ b64enc "a" }} {{ toJson (dict "a" 1) }} {{ hasKey (dict "a" 1) "b" }}', '1.2.3.4.5.6. YQ== {"a":1} false'],
    ['{{ rfc3339 "2020-01-02T03:04:05.678Z" }} {{ isNil nil }} {{ coalesce "" 0 "z" }} {{ urlquery "a b&c" }}', "2020-01-02T03:04:05Z true z a+b%26c"],
  ])("have Sprig's functions: %s", (source, expected) => expect(text(source)).toBe(expected));
});

describe("values in HTML", () => {
  it.each([
    ["an attribute", '<a title="{{ .Name }}">', '<a title="&lt;b&gt;Ümit &amp; Co&lt;/b&gt;">'],
    ["content", "<p>{{ .Name }}</p>", "<p>&lt;b&gt;Ümit &amp; Co&lt;/b&gt;</p>"],
    ["an address", '<a href="{{ .URL }}">', '<a href="https://a.example/p?x=1&amp;y=2">'],
    ["a query", '<a href="/x?to={{ .URL }}">', '<a href="/x?to=https%3A%2F%2Fa.example%2Fp%3Fx%3D1%26y%3D2">'],
    ["an attribute without quotes", "<a title={{ .Name }}>", "<a title=&lt;b&gt;Ümit&#32;&amp;&#32;Co&lt;/b&gt;>"],
    ["a style", '<p style="width:{{ .Code }}px">', '<p style="width:123456px">'],
    ["a script", "<script>var a = {{ .Name }}</script><p>{{ .Code }}</p>", '<script>var a = "\\u003Cb\\u003EÜmit \\u0026 Co\\u003C/b\\u003E"</script><p>123456</p>'],
    ["a dropped comment", "a<!-- {{ .Code }} <p> -->b", "ab"],
    ["a marked attribute", '<p {{ htmlattr "hidden" }}>', "<p hidden>"],
  ])("are escaped for %s", (_place, source, expected) => expect(html(source)).toBe(expected));
  it("that are markup of another template stay", () =>
    expect(renderTemplate('<p>{{ include "x" . }}{{ translate "x" (dict "Code" "<1>") }}</p>', { values, as: "html", include: () => "<b>{{ .Code }}</b>" })).toBe(
      "<p><b>123456</b><b>&lt;1&gt;</b></p>",
    ));
});

describe("ICU messages", () => {
  const message = (source: string, more: object = {}, language = "en") => renderTemplate(parseMessageFormat(source, language), { values: { ...values, ...more }, as: "text" });
  it.each([
    ["arguments", "Hello {Name} and {{ .Code }}", {}, "Hello <b>Ümit & Co</b> and 123456"],
    ["select", "{Code, select, 1 {one} other {x {Count}}}", {}, "x 3"],
    ["plural", "{Count, plural, =0 {none} one {# day} other {# days}}", {}, "3 days"],
    ["plural, one", "{Count, plural, =0 {none} one {# day} other {# days}}", { Count: 1 }, "1 day"],
    ["plural of a text", "{Code, plural, one {# day} other {# days}}", { Code: "1" }, "1 day"],
    ["plural with an offset", "{Count, plural, offset:1 =1 {you} one {you and # other} other {you and # others}}", { Count: 2 }, "you and 1 other"],
    ["selectordinal", "{Count, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}", {}, "3rd"],
    ["apostrophes", "it''s '{Code}' and don't", {}, "it's {Code} and don't"],
    ["quoted actions", "'{{ .Code }}'", {}, "{{ .Code }}"],
    ["blocks of Go around arguments", '{{ if eq .Code "123456" }}{Count}{{ else }}no{{ end }}', {}, "3"],
    ["numbers", "{Big, number}", { Big: 1234.5 }, "1,234.5"],
  ])("have %s", (_name, source, more, expected) => expect(message(source, more)).toBe(expected));
  it("follow the language's plurals", () => expect(message("{Count, plural, one {#} few {# pliki} many {# plików} other {#}}", {}, "pl")).toBe("3 pliki"));
  it.each(["{", "}", "{a", "{a, select}", "{a, plural, one {x}}", "{a, weird, other {x}}", "{a b}", "{{ .Code", "{a, select, other {x}", "{{ if .Code }}{Code}", "{".repeat(40)])(
    "refuse %s",
    (source) => expect(() => parseMessageFormat(source, "en")).toThrow(TemplateError),
  );
});

describe("threat: a value or a template of a customer breaks out", () => {
  it("a script address is not linked to", () =>
    expect(renderTemplate('<a href="{{ .URL }}">', { values: { URL: " javascript:alert(1)" }, as: "html" })).toBe('<a href="#ZgotmplZ">'));
  it("a value does not end a comment, style or tag", () => {
    expect(renderTemplate("<style>a{color:{{ .V }}}</style><p {{ .V }}>", { values: { V: "}</style><script>" }, as: "html" })).toBe("<style>a{color:ZgotmplZ}</style><p ZgotmplZ>");
    expect(renderTemplate("<!-- {{ .V }} -->x", { values: { V: "--><script>" }, as: "html" })).toBe("x");
  });
  it.each([
    '{{ printf "x" }}',
    '{{ print "x" }}',
    "{{ println }}",
    "{{ .Code | upper }}",
    "{{ with .Code }}{{ end }}",
    "{{ range .Code }}{{ break }}{{ end }}",
    "{{ range .Code }}{{ continue }}{{ end }}",
    "{{ if }}x{{ end }}",
    "{{ if .Code }}",
    "{{ end }}",
    "{{ .Code",
    "{{ constructor }}",
    "{{ now }}",
    '{{ env "HOME" }}',
    "{{ .Code .Name }}",
    "{{ else }}",
    "{{ if .Code }}{{ else }}{{ else }}{{ end }}",
    '{{ if .Code }}{{ define "x" }}{{ end }}{{ end }}',
    "{{ if .Code }}".repeat(100) + "{{ end }}".repeat(100),
  ])("refuses %s", (source) => expect(() => parseTemplate(source)).toThrow(TemplateError));
  it.each(["{{ .constructor }}", "{{ .__proto__ }}", "{{ .Code.length }}", "{{ $x }}", '{{ template "nope" }}', '{{ fail "x" }}', "{{ div 1 0 }}", "{{ index (list 1) 5 }}"])(
    "stops at %s",
    (source) => expect(() => text(source)).toThrow(TemplateError),
  );
  it("does not reach inherited properties of dictionaries", () => expect(text('{{ (dict "a" 1).constructor }}{{ $d := set (dict) "__proto__" (dict "x" 1) }}{{ $d.x }}')).toBe(""));
  it.each([
    '{{ repeat 100000000 "x" }}',
    "{{ until 100000000 }}",
    "{{ range until 9999 }}{{ range until 9999 }}x{{ end }}{{ end }}",
    '{{ range until 2000 }}{{ repeat 1000 "x" }}{{ end }}',
  ])("is bounded: %s", (source) => expect(() => text(source)).toThrow(TemplateError));
  it("is read in a time that grows with its length", () => {
    const started = performance.now();
    for (const source of ["{{ ".repeat(20_000), `{{ ${"'a'".repeat(30_000)}`, `{{ ${'"\\"'.repeat(30_000)}`, `{{ ${"(".repeat(30_000)}`, `<a ${"=".repeat(90_000)}{{ .Code }}`])
      try {
        html(source);
      } catch (error) {
        expect(error).toBeInstanceOf(TemplateError);
      }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
  it("a snippet does less: no templates, ten levels, a hundred rounds; what is missing is empty", () => {
    const snippet = (source: string) => renderTemplate(source, { values, as: "text", profile: "snippet" });
    expect(snippet("{{ .nope }}{{ .Code }}")).toBe("123456");
    for (const source of [
      '{{ template "x" }}',
      '{{ call .StaticAssetURL "x" }}',
      '{{ html "x" }}',
      '{{ urlquery "x" }}',
      '{{ js "x" }}',
      "{{ if .a }}".repeat(11) + "{{ end }}".repeat(11),
    ])
      expect(() => snippet(source)).toThrow(TemplateError);
    expect(() => snippet("{{ range until 101 }}x{{ end }}")).toThrow(TemplateError);
  });
});
