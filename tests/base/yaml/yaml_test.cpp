#include "base/yaml/yaml.h"

#include <algorithm>
#include <string>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using base::yaml::Node;
using base::yaml::parse;
using base::yaml::Problems;

namespace {

// The one problem of a text that is refused as a whole.
std::string refusal(const std::string& text) {
  Problems problems;
  const Node root = parse(text, "a.yml", problems);
  CHECK_FALSE(root.present());
  // Reading on is harmless and notes nothing more.
  CHECK(root.required("x").items().empty());
  return problems.str();
}

}  // namespace

TEST_CASE("a document is read with the line of everything in it") {
  Problems problems;
  const Node root = parse("# comment\na: 1\nb:\n  - x\n  - y: 2\n    z: 3\n", "a.yml", problems);
  CHECK(root.is_map());
  CHECK(root.required("a").line() == 2);
  const auto items = root.required("b").items();
  REQUIRE(items.size() == 2);
  CHECK(items[0].line() == 4);
  CHECK(items[1].line() == 5);
  CHECK(items[1].required("z").line() == 6);
  CHECK(items[1].required("z").path() == "b[1].z");
  CHECK(problems.empty());
}

TEST_CASE("an empty document is an empty map") {
  const std::string text = GENERATE(values<std::string>({"", "\n", "# only a comment\n", "---\n", "~"}));
  Problems problems;
  const Node root = parse(text, "a.yml", problems);
  CHECK(root.is_map());
  CHECK(problems.empty());
  CHECK_FALSE(root.required("a").present());
  CHECK(problems.str() == "a.yml:1: a: is missing\n");
}

TEST_CASE("what is not YAML is a problem with its line") {
  const auto [text, problem] = GENERATE(table<std::string, std::string>({
      {"a: 1\nb: [1, 2\nc: 3\n", "a.yml:3: invalid YAML: "},
      {"a: 1\n b: 2\n", "a.yml:2: invalid YAML: "},
      {"a: \"open", "a.yml:1: invalid YAML: "},
      {"a: *nobody\n", "a.yml:1: invalid YAML: "},
      {"a: 1\n\tb: 2\n", "a.yml:2: invalid YAML: "},
      {"a: 1\n---\nb: 2\n", "a.yml:2: more than one document in a file\n"},
      {"- 1\n, {:a2[ , b}]\n", "a.yml:2: more than one document in a file\n"},
      {"a: 1\nb: \xFF\n", "a.yml:2: invalid UTF-8\n"},
      {std::string("a: 1\nb: \0\n", 10), "a.yml:2: a NUL byte\n"},
  }));
  CAPTURE(text);
  const std::string said = refusal(text);
  CAPTURE(said);
  CHECK(said.starts_with(problem));
  CHECK(std::count(said.begin(), said.end(), '\n') == 1);
}

TEST_CASE("duplicate keys are noted wherever they stand and the first counts") {
  Problems problems;
  const Node root = parse("a: 1\nb:\n  c: 2\n  d: 3\n  c: 4\na: 5\n", "a.yml", problems);
  CHECK(problems.str() ==
        "a.yml:5: b: duplicate key \"c\" (first on line 3)\n"
        "a.yml:6: duplicate key \"a\" (first on line 1)\n");
  CHECK(root.required("a").string() == "1");
  CHECK(root.required("b").required("c").string() == "2");
}

TEST_CASE("a key that is no plain word is noted") {
  Problems problems;
  parse("a: 1\n[x, y]: 2\n", "a.yml", problems);
  CHECK(problems.str() == "a.yml:2: a key must be a scalar\n");
}

TEST_CASE("aliases stand for what they name") {
  Problems problems;
  const Node root = parse("a: &x {k: 1}\nb: *x\n", "a.yml", problems);
  CHECK(root.required("b").required("k").string() == "1");
  CHECK(problems.empty());
}

TEST_CASE("aliases that multiply are bounded") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string alias = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 9; ++k) bomb += (k == 0 ? "" : ", ") + alias;
    bomb += "]\n";
  }
  CHECK(refusal(bomb).find("more than 100000 nodes") != std::string::npos);
}

TEST_CASE("an alias inside of what it names does not go round for ever") {
  CHECK(refusal("a: &x [*x]\n").find("nested deeper than 64 levels") != std::string::npos);
}

TEST_CASE("nesting is bounded in every style") {
  const int levels = GENERATE(65, 400, 600, 100'000);
  std::string flow = "a: ";
  std::string closed_flow;
  std::string maps;
  std::string dashes;
  for (int i = 0; i < levels; ++i) {
    flow += "[";
    maps += "{a: ";
    dashes += "- ";
  }
  closed_flow = flow + std::string(static_cast<std::size_t>(levels), ']');
  CAPTURE(levels);
  CHECK_FALSE(refusal(flow).empty());
  CHECK_FALSE(refusal(maps).empty());
  CHECK(refusal(closed_flow) == "a.yml:1: nested deeper than 64 levels\n");
  CHECK(refusal(dashes + "x") == "a.yml:1: nested deeper than 64 levels\n");
}

TEST_CASE("nesting by indentation is bounded") {
  std::string text;
  for (std::size_t i = 0; i < 1000; ++i) text += std::string(i, ' ') + "a:\n";
  CHECK(refusal(text + std::string(1000, ' ') + "b").find("nested deeper than 64 levels") !=
        std::string::npos);
}

TEST_CASE("a file is read under its own name") {
  const tests::TemporaryFolder folder;
  Problems problems;
  const std::string path = folder.write("a.yml", "a: 1\nb: [\n");
  base::yaml::load(path, problems);
  REQUIRE(problems.list().size() == 1);
  CHECK(problems.list()[0].file == path);
  CHECK(problems.list()[0].line == 3);
}

TEST_CASE("a file that cannot be read is a problem without a line") {
  const tests::TemporaryFolder folder;
  Problems problems;
  const Node root = base::yaml::load(folder.file("none.yml"), problems);
  CHECK_FALSE(root.present());
  CHECK(root.required("a").string("fallback") == "fallback");
  CHECK(problems.str() ==
        folder.file("none.yml") + ": open " + folder.file("none.yml") + ": No such file or directory\n");
}

TEST_CASE("a file above the allowed size is refused unread") {
  const tests::TemporaryFolder folder;
  Problems problems;
  base::yaml::load(folder.write("big.yml", std::string(4 * 1024 * 1024 + 1, '#')), problems);
  CHECK(problems.str().find("longer than 4194304 bytes") != std::string::npos);
}

TEST_CASE("a text cut at any byte is read, or refused with a problem") {
  const std::string text = "a: &x {k: [1, \"two\", 'three']}\nb: |\n  text\n  more\nc: *x\n? d\n: e\n";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    Problems problems;
    const Node root = parse(text.substr(0, size), "a.yml", problems);
    CHECK((root.present() || !problems.empty()));
  }
}

TEST_CASE("problems come in the order of files and lines") {
  Problems problems;
  problems.add({"b.yml", 1, "", "one"});
  problems.add({"a.yml", 12, "x", "two"});
  problems.add({"a.yml", 2, "y[0].z", "three"});
  problems.add({"a.yml", 2, "", "four"});
  problems.add({"a.yml", 0, "", "five"});
  CHECK(problems.str() ==
        "a.yml: five\na.yml:2: y[0].z: three\na.yml:2: four\na.yml:12: x: two\nb.yml:1: one\n");
}
