#include "salusctl/check/promql/matching.h"

#include "tests/catch.h"

using namespace healer::salusctl::check;

namespace {

std::string read(const std::string& text) {
  const auto matchers = parse_matchers(text);
  if (!matchers) return matchers.error().message;
  std::string all;
  for (const Matcher& each : *matchers) all += "[" + each.label + each.op + each.value + "]";
  return all;
}

}  // namespace

TEST_CASE("matchers are read as Alertmanager reads them") {
  const auto [text, expected] = GENERATE(table<std::string, std::string>({
      {"heal = \"\"", "[heal=]"},
      {"heal=", "[heal=]"},
      {"heal!=\"\"", "[heal!=]"},
      {"severity =~ warning|info", "[severity=~warning|info]"},
      {"severity !~ \"a,b|c\"", "[severity!~a,b|c]"},
      {"{a=\"b\", c!=\"d\"}", "[a=b][c!=d]"},
      {"a=b,c=d,", "[a=b][c=d]"},
      {"a=\"b\\\"c\"", "[a=b\"c]"},
      {"\"my label\"=x", "[my label=x]"},
      {"", ""},
      {"{}", ""},
      {"heal", "\"heal\" is not a matcher"},
      {"=x", "\"=x\" is not a matcher"},
      {"\"", "\"\"\" is not a matcher"},
  }));
  CAPTURE(text);
  CHECK(read(text) == expected);
}

TEST_CASE("a matcher fits a value, and regular expressions fit it as a whole") {
  const auto [op, pattern, value, expected] = GENERATE(table<std::string, std::string, std::string, Truth>({
      {"=", "a", "a", Truth::kYes},
      {"=", "a", "ab", Truth::kNo},
      {"!=", "", "a", Truth::kYes},
      {"!=", "", "", Truth::kNo},
      {"=~", "a|b", "b", Truth::kYes},
      {"=~", "a", "ab", Truth::kNo},
      {"!~", "a.*", "ab", Truth::kNo},
      {"!~", "a.*", "", Truth::kYes},
      {"=~", "(?i)a", "A", Truth::kMaybe},
  }));
  CAPTURE(op, pattern, value);
  CHECK(fits(Matcher{"l", op, pattern}, value) == expected);
}

TEST_CASE("what is not known of an alert's labels may fit or not") {
  const PossibleLabels labels{{"heal", {"restart"}}, {"policy", {""}}, {"severity", {"critical", "warning"}}};
  const auto [text, expected] = GENERATE(table<std::string, Truth>({
      {"heal!=\"\"", Truth::kYes},
      {"policy!=\"\"", Truth::kNo},
      {"severity=critical", Truth::kMaybe},
      {"severity=~critical|warning", Truth::kYes},
      {"team=a", Truth::kMaybe},
      {"team=a,policy=b", Truth::kNo},
      {"", Truth::kYes},
  }));
  CAPTURE(text);
  CHECK(fits(*parse_matchers(text), labels) == expected);
}
