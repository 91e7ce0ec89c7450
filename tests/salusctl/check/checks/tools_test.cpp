#include "salusctl/check/checks/tools.h"

#include <fmt/format.h>

#include "tests/catch.h"

using healer::salusctl::check::Finding;
using healer::salusctl::check::findings_in;

namespace {

std::string found(std::string_view output, std::string_view kind = "promtool") {
  std::string text;
  for (const Finding& each : findings_in(output, kind, {"a.yml", "b.yml"})) {
    text += fmt::format("{}:{}: {}\n", each.file, each.line, each.what);
  }
  return text;
}

}  // namespace

TEST_CASE("what promtool says of an expression is found at its line") {
  CHECK(found("Checking a.yml\n  SUCCESS: 3 rules found\n\nChecking b.yml\n  FAILED:\n"
              "b.yml: 5:15: group \"g\", rule 1, \"X\": could not parse expression: 1:6: parse error: "
              "unclosed left "
              "parenthesis\nb.yml: group \"g\", rule 2, \"Y\": invalid label name: a-b\n") ==
        "b.yml:5: group \"g\", rule 1, \"X\": could not parse expression: 1:6: parse error: unclosed left "
        "parenthesis\nb.yml:1: group \"g\", rule 2, \"Y\": invalid label name: a-b\n");
}

TEST_CASE("what YAML readers in Go say is found at its line") {
  CHECK(found("a.yml: yaml: unmarshal errors:\n  line 12: field fo not found in type rulefmt.RuleNode\n") ==
        "a.yml:12: field fo not found in type rulefmt.RuleNode\n");
}

TEST_CASE("what amtool says is about the one file it was given") {
  CHECK(found("Checking 'a.yml'  FAILED: undefined receiver \"x\" used in route\n\namtool: error: failed to "
              "validate 1 "
              "file(s)\n",
              "amtool") == "a.yml:1: undefined receiver \"x\" used in route\n");
}

TEST_CASE("what the programs of Salus say keeps file, line and path") {
  CHECK(found("Checking a.yml and b.yml\n  FAILED: 2 problems\na.yml:3: playbooks[0]: is missing\nb.yml:4: "
              "x: is wrong\n",
              "file") == "a.yml:3: playbooks[0]: is missing\nb.yml:4: x: is wrong\n");
}

TEST_CASE("silence is no finding") { CHECK(found("").empty()); }
