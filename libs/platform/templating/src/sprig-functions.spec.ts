import { describe, expect, it } from "vitest";
import { parseTemplate, renderTemplate, TemplateError } from "./index.js";

const text = (source: string) => renderTemplate(source, { values: { Code: "x" }, as: "text" });

describe("times", () => {
  it.each([
    ["a date as Go writes it", '{{ toDate "2006-01-02" "2017-12-31" }}', "2017-12-31 00:00:00 +0000 UTC"],
    ["another form of it", '{{ (toDate "2006-01-02" "2017-12-31").Format "Monday, January 2, 2006" }}', "Sunday, December 31, 2017"],
    ["short forms", '{{ (toDate "02 Jan 06 15:04" "07 Mar 24 21:05").Format "Mon _2/1/06 3:04PM 002" }}', "Thu  7/3/24 9:05PM 067"],
    [
      "a variable",
      '{{ $t := toDate "2006-01-02 15:04:05" "2024-02-29 08:09:10" }}{{ $t.Format "20060102T150405" }} {{ $t.Year }} {{ $t.Month }} {{ $t.Weekday }}',
      "20240229T080910 2024 February Thursday",
    ],
    [
      "a zone",
      '{{ $t := mustToDate "2006-01-02T15:04:05Z07:00" "2024-05-06T07:08:09+02:00" }}{{ unixEpoch $t }} {{ $t.Format "15:04 -0700" }} {{ rfc3339 $t }}',
      "1714972089 07:08 +0200 2024-05-06T05:08:09Z",
    ],
    ["a fraction of a second", '{{ (toDate "15:04:05" "10:11:12.345").Format "05.000 05.9 05,00" }}', "12.345 12.3 12,34"],
    ["what cannot be read", '{{ toDate "2006-01-02" "soon" }}', "0001-01-01 00:00:00 +0000 UTC"],
    ["a later time", '{{ mustDateModify "-1.5h" (toDate "2006-01-02" "2024-03-01") }}', "2024-02-29 22:30:00 +0000 UTC"],
    ["calendar sums", '{{ ((toDate "2006-01-02" "2024-01-31").AddDate 0 1 0).Format "2006-01-02" }}', "2024-03-02"],
    [
      "comparisons",
      '{{ $a := toDate "2006" "2020" }}{{ $b := toDate "2006" "2021" }}{{ $a.Before $b }} {{ $a.After $b }} {{ $a.Equal $a }} {{ eq $a $b }}',
      "true false true false",
    ],
    ["seconds since 1970", '{{ (ensureTime 86400).Format "2006-01-02" }} {{ rfc3339 1.5 }}', "1970-01-02 1970-01-01T00:00:01Z"],
    [
      "durations",
      '{{ duration "95" }} {{ duration 3600 }} {{ duration "x" }} {{ durationRound "2h10m5s" }} {{ durationRound "2400h10m5s" }} {{ durationRound "9000h" }}',
      "1m35s 1h0m0s 0s 2h 3mo 1y",
    ],
  ])("have %s", (_what, source, expected) => expect(text(source)).toBe(expected));

  it("tell how long ago they are", () => {
    const now = new Date();
    const stamp = new Date(now.getTime() - 90_000).toISOString();
    expect(text(`{{ ago (toDate "2006-01-02T15:04:05Z07:00" "${stamp}") }}`)).toMatch(/^1m3[01]s$/);
    expect(text(`{{ durationRound (toDate "2006-01-02T15:04:05Z07:00" "${stamp}") }}`)).toBe("1m");
  });

  it.each([
    '{{ mustToDate "2006-01-02" "2023-02-29" }}',
    '{{ mustToDate "2006-01-02" "2024-1-2" }}',
    '{{ mustToDate "15:04" "24:00" }}',
    '{{ mustDateModify "soon" (toDate "2006" "2024") }}',
    '{{ mustDateModify "90000000000h" (toDate "2006" "2024") }}',
    '{{ (toDate "2006" "2024").Nope }}',
    '{{ (toDate "2006" "2024").Format }}',
    '{{ (toDate "2006" "2024").Year 1 }}',
    '{{ $x := "a" }}{{ $x.Format "2006" }}',
  ])("stop at %s", (source) => expect(() => text(source)).toThrow(TemplateError));
});

describe("versions", () => {
  it("have parts and an order", () => {
    expect(text('{{ $v := semver "v1.2.3-rc.1+b5" }}{{ $v }} {{ $v.Major }}.{{ $v.Minor }}.{{ $v.Patch }} {{ $v.Prerelease }} {{ $v.Metadata }} {{ $v.Original }}')).toBe(
      "1.2.3-rc.1+b5 1.2.3 rc.1 b5 v1.2.3-rc.1+b5",
    );
    expect(text('{{ (semver "1.2").Compare "1.2.1" }} {{ (semver "2").GreaterThan "1.9.9" }} {{ (semver "1.0.0-a.2").LessThan "1.0.0-a.10" }}')).toBe("-1 true true");
  });
  it.each([
    ["=1.2.3", "1.2.3", true],
    ["1.2", "1.2.9", true],
    ["1.x", "2.0.0", false],
    ["*", "9.9.9", true],
    ["!=1.2", "1.2.5", false],
    [">1.2", "1.2.5", false],
    [">1.2", "1.3.0", true],
    [">=1.2.3, <2", "1.9.0", true],
    [">=1.2.3 <2", "2.0.0", false],
    ["<=1.2", "1.2.9", true],
    ["=<1.2.3", "1.2.4", false],
    ["~1.2.3", "1.2.9", true],
    ["~1.2.3", "1.3.0", false],
    ["~1", "1.9.0", true],
    ["^1.2.3", "1.9.0", true],
    ["^0.2.3", "0.3.0", false],
    ["^0.0.3", "0.0.4", false],
    ["^0", "0.9.0", true],
    ["1.2 - 1.4.5", "1.4.5", true],
    ["<1 || >=3", "3.1.0", true],
    [">1.0.0", "1.1.0-beta", false],
    [">1.0.0-0", "1.1.0-beta", true],
    ["~> 2.1", "2.1.7", true],
  ])("%s takes %s: %s", (constraint, version, expected) => expect(text(`{{ semverCompare "${constraint}" "${version}" }}`)).toBe(String(expected)));
  it.each(['{{ semver "one" }}', '{{ semverCompare "about 1" "1.0.0" }}', '{{ semverCompare "" "1.0.0" }}', '{{ semverCompare ">1" "x" }}'])("stop at %s", (source) =>
    expect(() => text(source)).toThrow(TemplateError),
  );
});

describe("addresses", () => {
  it("are taken apart and put together", () => {
    const parsed = '{{ $u := urlParse "http://admin:secret@server.com:8080/api%20x?list=false#an%23chor" }}';
    expect(text(`${parsed}{{ range $k, $v := $u }}{{ $k }}={{ $v }};{{ end }}`)).toBe(
      "fragment=an#chor;host=server.com:8080;hostname=server.com;opaque=;path=/api x;query=list=false;scheme=http;userinfo=admin:secret;",
    );
    expect(text(`${parsed}{{ urlJoin $u }}`)).toBe("http://admin:secret@server.com:8080/api%20x?list=false#an%23chor");
    expect(text('{{ urlJoin (dict "scheme" "https" "host" "a.example" "path" "b" "query" "c=1") }}')).toBe("https://a.example/b?c=1");
    expect(text('{{ (urlParse "mailto:ann@example.com").opaque }} {{ urlJoin (urlParse "mailto:ann@example.com") }} {{ (urlParse "http://[::1]:80/").hostname }}')).toBe(
      "ann@example.com mailto:ann@example.com ::1",
    );
  });
});

describe("what is rarely used", () => {
  it.each([
    ['{{ b32enc "hello" }} {{ b32dec "NBSWY3DP" }} {{ adler32sum "Wikipedia" }}', "NBSWY3DP hello 300286872"],
    ["{{ seq 3 }}|{{ seq 3 1 }}|{{ seq 1 2 6 }}|{{ seq 0 }}|{{ seq 1 1 }}", "1 2 3|3 2 1|1 3 5|1 0|1"],
    ['{{ abbrevboth 5 10 "1234 5678 9123" }} {{ abbrevboth 0 8 "1234 5678" }} {{ abbrevboth 20 10 "abcdefghijklmno" }}', "...5678... 1234 ... ...ijklmno"],
    [
      '{{ base "/a/b.txt" }} {{ dir "/a/b.txt" }} {{ clean "a//b/../c/" }} {{ ext "a/b.tar.gz" }} {{ isAbs "a" }} {{ osBase "/" }} {{ base "" }} {{ dir "a" }}',
      "b.txt /a a/c .gz false / . .",
    ],
    [
      '{{ (splitn "$" 2 "foo$bar$baz")._1 }} {{ len (splitn "," -1 "a,b,c") }} {{ join "|" (regexSplit "z+" "pizza" -1) }} {{ join "|" (mustRegexSplit "a" "banana" 2) }}',
      "bar$baz 3 pi|a b|nana",
    ],
    [
      '{{ trimall "$" "$5.00$" }} {{ add1f 1.5 }} {{ hello }} {{ (deepCopy (dict "a" 1)).a }} {{ mustFirst (list 7 8) }} {{ mustHas 8 (list 7 8) }} {{ mustToJson (list 1) }}',
      "5.00 2.5 Hello! 1 7 true [1]",
    ],
    [
      '{{ typeOf "a" }} {{ typeOf (list) }} {{ typeOf (dict) }} {{ typeOf (toDate "2006" "2024") }} {{ kindOf (semver "1") }} {{ typeIsLike "semver.Version" (semver "1") }}',
      "string []interface {} map[string]interface {} time.Time ptr true",
    ],
    [`{{ title "hello-world o'neil über_all x2y" }} {{ untitle "First Second" }}`, "Hello-World O'Neil Über_all X2y first second"],
    ['{{ len (shuffle "hello") }} {{ randInt 5 6 }} {{ mustRegexMatch "^a" "abc" }} {{ mustAppend (list 1) 2 }}', "5 5 true [1 2]"],
  ])("is there: %s", (source, expected) => expect(text(source)).toBe(expected));
  it.each(['{{ mustFromJson "{" }}', "{{ b64dec }}{{ mustFirst 1 }}", "{{ seq 1 100000000 }}", '{{ regexSplit "(" "a" -1 }}'])("stops at %s", (source) =>
    expect(() => text(source)).toThrow(TemplateError),
  );
});

describe("threat: a template takes for ever", () => {
  it.each([
    `{{ toDate "${"1".repeat(100)}x" "${"1".repeat(150)}" }}`,
    `{{ semverCompare "${">1 - ".repeat(150)}" "1.0.0" }}x`,
    `{{ durationRound "${"1".repeat(99)}" }}`,
    '{{ $t := repeat 1000000 "a" }}{{ b32enc $t }}',
    '{{ $t := repeat 1000000 "a" }}{{ shuffle $t }}',
    '{{ $t := repeat 1000000 "." }}{{ ext $t }}{{ base $t }}{{ title $t }}',
  ])("%.60s", (source) => {
    const started = performance.now();
    try {
      text(source);
    } catch (error) {
      expect(error).toBeInstanceOf(TemplateError);
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("threat: a template reads what is not its own", () => {
  it.each([
    ...[
      "now",
      'date "2006" 1',
      "htmlDate 1",
      'dateInZone "2006" 1 "UTC"',
      'dateModify "1h" 1',
      "uuidv4",
      "randAlpha 5",
      'getHostByName "localhost"',
      'env "HOME"',
      'expandenv "$HOME"',
    ],
    ...['bcrypt "x"', 'htpasswd "a" "b"', 'genPrivateKey "rsa"', "mustNow", 'mustUpper "a"', "mustConstructor"],
  ])("{{ %s }} is refused", (source) => expect(() => parseTemplate(`{{ ${source} }}`)).toThrow(TemplateError));
  it("methods are those of the value alone", () => {
    for (const source of ['{{ (toDate "2006" "2024").constructor }}', '{{ (semver "1").__proto__ }}', '{{ (dict "a" 1).toString }}x', '{{ .Code.Format "2006" }}'])
      expect(() => expect(text(source)).toBe("x")).not.toThrow(/is not a function/);
    expect(() => text('{{ (toDate "2006" "2024").constructor }}')).toThrow(TemplateError);
  });
});
