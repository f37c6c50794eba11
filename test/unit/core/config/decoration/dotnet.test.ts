import assert from "node:assert/strict";
import { test } from "node:test";
import { findCulture, invariantCulture } from "../../../../../src/core/config/decoration/culture";
import { parseDecimal } from "../../../../../src/core/config/decoration/decimal";
import { utcDate } from "../../../../../src/core/config/decoration/dotnetDate";
import { formatDotnetDate, isValidDateFormat } from "../../../../../src/core/config/decoration/dotnetDateFormat";
import { analyzeDotnetRegex, type RegexOptions } from "../../../../../src/core/config/decoration/dotnetRegex";

test("dates print as .NET prints them, in the machine's culture", () => {
  const date = utcDate(Date.parse("2026-02-03T04:05:06.789Z"), 1234);
  const cases: [string, string, string | undefined][] = [
    ["en-US", "G", "2/3/2026 4:05:06 AM"],
    ["en-US", "", "2/3/2026 4:05:06 AM"],
    ["en-GB", "G", "03/02/2026 04:05:06"],
    ["de-DE", "G", "03.02.2026 04:05:06"],
    ["ko-KR", "G", "2026-02-03 오전 4:05:06"],
    ["ja-JP", "G", "2026/02/03 4:05:06"],
    ["fr-FR", "D", "mardi 3 février 2026"],
    ["de-DE", "yyyy/MM/dd", "2026.02.03"],
    ["invariant", "o", "2026-02-03T04:05:06.7891234Z"],
    ["en-US", "r", "Tue, 03 Feb 2026 04:05:06 GMT"],
    ["en-US", "yyyy-MM-ddTHH:mm:ss.fffZ", "2026-02-03T04:05:06.789Z"],
    ["en-US", "%d", "3"],
    ["en-US", "h 'o''clock' tt zzz", "4 oclock AM +00:00"],
    ["en-US", "ss.FFFFFFF", "06.7891234"],
    ["en-US", "Q", undefined],
    ["en-US", "yyyy'", undefined],
    ["en-US", "ffffffff", undefined],
    ["en-US", "HH%", undefined],
    ["en-US", "HH\\", undefined],
  ];
  for (const [culture, format, expected] of cases) {
    assert.equal(
      formatDotnetDate(date, format, findCulture(culture) ?? invariantCulture, () => 0),
      expected,
      `${culture} ${format}`,
    );
    assert.equal(format === "" || isValidDateFormat(format), expected !== undefined, format);
  }
});

test("decimals keep their scale and have the range of 96 bits", () => {
  const cases: [string, string | undefined][] = [
    ["1.50", "1.50"],
    ["-0.25", "-0.25"],
    ["79228162514264337593543950335", "79228162514264337593543950335"],
    ["79228162514264337593543950336", undefined],
    ["1e3", undefined],
  ];
  for (const [text, expected] of cases) {
    assert.equal(parseDecimal(text)?.text, expected, text);
  }
});

test("patterns that .NET refuses are refused", () => {
  const refused =
    "([a-z|a)|*a|a**|a++|a{2,1}|[z-a]|[a-\\d]|\\y|\\i|(?P<n>a)|(?R)|\\Qx\\E|\\K|\\R|\\h|\\u{1F600}|\\p{Script=Greek}|\\p{Nope}|\\k<n>|\\1|(?<1a>x)|a\\|(?#";
  for (const pattern of refused.split("|")) {
    assert.notEqual(analyzeDotnetRegex(pattern).problem, undefined, pattern);
  }
});

test("patterns that .NET accepts match as .NET matches", () => {
  const cases: [string, string, string | undefined, RegexOptions?][] = [
    ["(?'n'a+)b\\k<n>", "aabaa", "aabaa"],
    ["(?<n>a)|(?<n>b)", "b", "b"],
    ["(?i)ABC", "xabc", "abc"],
    ["a(?i:B)c", "abc", "abc"],
    ["a(?i:B)c", "abC", undefined],
    ["(?x) a b # note", "ab", "ab"],
    ["(?#note)a", "a", "a"],
    ["(?>a+)a", "aaa", undefined],
    ["\\Aa\\z", "a", "a"],
    ["a$", "a\n", "a"],
    ["a\\z", "a\n", undefined],
    ["^b", "a\nb", undefined],
    ["^b", "a\nb", "b", { multiline: true }],
    ["[a-z-[aeiou]]+", "aebcd", "bcd"],
    ["\\p{IsGreek}+", "abγδ", "γδ"],
    ["\\d", "٣", "٣"],
    ["\\w+", "été!", "été"],
    [".", "\r", "\r"],
    ["a.c", "a\nc", undefined],
    ["a.c", "a\nc", "a\nc", { singleline: true }],
    ["(?<=\\d{2,})x", "12x", "x"],
    ["a{,3}", "a{,3}", "a{,3}"],
    ["[]a]+", "]a", "]a"],
    ["\\x41\\u0042\\103\\e?", "ABC", "ABC"],
    ["\\[error\\]", "[ERROR]", "[ERROR]", { ignoreCase: true }],
    ["(a)(?<n>b)(c)\\2\\3", "abccb", "abccb"],
    ["\\bé", "a é", "é"],
    ["(?(?=a)ab|c)", "ab", "ab"],
  ];
  for (const [pattern, input, expected, options] of cases) {
    const { problem, regex } = analyzeDotnetRegex(pattern, options);
    assert.equal(problem, undefined, pattern);
    assert.equal(regex?.match(input)?.value, expected, pattern);
  }
});

test("groups have .NET's names and numbers", () => {
  const analysis = analyzeDotnetRegex("(?<n>a)(b)(?<m>c)");
  assert.deepEqual(analysis.groupNames, ["0", "1", "n", "m"]);
  assert.deepEqual(
    analysis.regex?.match("abc")?.groups.map((group) => group.value),
    ["abc", "b", "a", "c"],
  );
  assert.deepEqual(analyzeDotnetRegex("(a)(?<n>b)", { explicitCapture: true }).groupNames, ["0", "n"]);
});

test("balancing groups are accepted but not translated", () => {
  const analysis = analyzeDotnetRegex("(?<open>\\()+(?<-open>\\))+(?(open)(?!))");
  assert.equal(analysis.problem, undefined);
  assert.equal(analysis.regex, undefined);
});
