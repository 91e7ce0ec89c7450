#include <functional>
#include <string>
#include <vector>

#include "base/yaml/yaml.h"
#include "tests/catch.h"

using base::yaml::Node;
using base::yaml::parse;
using base::yaml::Problems;
using namespace std::chrono_literals;

TEST_CASE("unknown keys are noted with the nearest known one") {
  Problems problems;
  const Node root = parse("playbooks:\n  - name: x\n    recieve: y\n    colour: z\n", "healer.yml", problems);
  root.required("playbooks").items()[0].only({"name", "receive", "timeout"});
  CHECK(problems.str() ==
        "healer.yml:3: playbooks[0]: unknown key \"recieve\" (did you mean \"receive\"?)\n"
        "healer.yml:4: playbooks[0]: unknown key \"colour\"\n");
}

TEST_CASE("what is missing or empty is noted where it should stand") {
  Problems problems;
  const Node root = parse("a:\nb:\n  - c: 1\n", "a.yml", problems);
  root.required("a");
  const Node missing = root.required("b").items()[0].required("d");
  CHECK_FALSE(missing.present());
  // One thing missing is one problem, however much is read from it.
  CHECK(missing.required("e").duration(7s) == 7s);
  CHECK(missing.non_empty_string().empty());
  CHECK(missing.strings().empty());
  missing.only({"e"});
  CHECK(problems.str() == "a.yml:1: a: is empty\na.yml:3: b[0].d: is missing\n");
}

TEST_CASE("absent optional things give their fallbacks and no problem") {
  Problems problems;
  const Node root = parse("empty:\n", "a.yml", problems);
  const std::string key = GENERATE("absent", "empty");
  const Node node = root.optional(key);
  CHECK_FALSE(node.present());
  CHECK(node.string("s") == "s");
  CHECK(node.boolean(true));
  CHECK(node.integer(5, 0, 10) == 5);
  CHECK(node.number(0.5, 0, 1) == 0.5);
  CHECK(node.duration(3s) == 3s);
  CHECK(node.one_of({"a", "b"}, "b") == "b");
  CHECK(node.items().empty());
  CHECK(node.entries().empty());
  CHECK(node.strings().empty());
  CHECK(node.string_map().empty());
  CHECK(problems.empty());
}

TEST_CASE("scalars are read as what they are asked for") {
  Problems problems;
  const Node root = parse(
      "text: a b\nquoted: '5m'\nyes: true\nno: false\nn: -3\nx: 1.5e3\nd: 1h30m\no: critical\nz: \"\"\n",
      "a.yml", problems);
  CHECK(root.required("text").string() == "a b");
  CHECK(root.required("quoted").duration(0s) == 5min);
  CHECK(root.required("yes").boolean());
  CHECK_FALSE(root.required("no").boolean(true));
  CHECK(root.required("n").integer(0, -10, 10) == -3);
  CHECK(root.required("x").number(0, 0, 1e9) == 1500);
  CHECK(root.required("n").number(0, -10, 1e9) == -3);
  CHECK(root.required("d").duration(0s) == 90min);
  CHECK(root.required("o").one_of({"none", "critical"}, "none") == "critical");
  CHECK(root.required("z").string("fallback").empty());
  CHECK(problems.empty());
}

TEST_CASE("lists and maps of text are read in file order") {
  Problems problems;
  const Node root = parse("l: [b, a]\nm:\n  z: 1\n  a: two\n", "a.yml", problems);
  CHECK(root.required("l").strings() == std::vector<std::string>{"b", "a"});
  CHECK(root.required("m").string_map() ==
        std::vector<std::pair<std::string, std::string>>{{"z", "1"}, {"a", "two"}});
  const auto entries = root.required("m").entries();
  REQUIRE(entries.size() == 2);
  CHECK(entries[1].first == "a");
  CHECK(entries[1].second.path() == "m.a");
  CHECK(problems.empty());
}

TEST_CASE("what cannot be read as asked is noted with what was found") {
  using Read = std::function<void(const Node&)>;
  const auto [text, read, what] = GENERATE(table<std::string, Read, std::string>({
      {"5x", [](const Node& n) { CHECK(n.duration(9s) == 9s); }, "\"5x\" is not a duration"},
      {"1ms", [](const Node& n) { CHECK(n.duration(9s, 1s) == 9s); }, "1ms is shorter than 1s"},
      {"2h", [](const Node& n) { CHECK(n.duration(9s, 1s, 60min) == 9s); }, "2h is longer than 1h"},
      {"293y", [](const Node& n) { CHECK(n.duration(9s) == 9s); }, "\"293y\" is too long a duration"},
      {"yes", [](const Node& n) { CHECK_FALSE(n.boolean()); }, "\"yes\" is not true or false"},
      {"1.5", [](const Node& n) { CHECK(n.integer(4, 0, 9) == 4); }, "\"1.5\" is not a whole number"},
      {"0x10", [](const Node& n) { CHECK(n.integer(4, 0, 9) == 4); }, "\"0x10\" is not a whole number"},
      {"10", [](const Node& n) { CHECK(n.integer(4, 0, 9) == 4); }, "10 is not between 0 and 9"},
      {"99999999999999999999", [](const Node& n) { CHECK(n.integer(4, 0, 9) == 4); },
       "99999999999999999999 is not between 0 and 9"},
      {"many", [](const Node& n) { CHECK(n.number(4, 0, 9) == 4); }, "\"many\" is not a number"},
      {"nan", [](const Node& n) { CHECK(n.number(4, 0, 9) == 4); }, "\"nan\" is not a number"},
      {"inf", [](const Node& n) { CHECK(n.number(4, 0, 9) == 4); }, "inf is not between 0 and 9"},
      {"-0.5", [](const Node& n) { CHECK(n.number(4, 0, 9) == 4); }, "-0.5 is not between 0 and 9"},
      {"''", [](const Node& n) { CHECK(n.non_empty_string().empty()); }, "must not be empty"},
      {"crtical", [](const Node& n) { CHECK(n.one_of({"critical", "none"}, "none") == "critical"); },
       "\"crtical\" is not one of critical, none (did you mean \"critical\"?)"},
      {"[a]", [](const Node& n) { CHECK(n.string("f") == "f"); }, "must be text, not a list"},
      {"{a: 1}", [](const Node& n) { CHECK(n.duration(9s) == 9s); }, "must be a duration, not a map"},
      {"{a: 1}", [](const Node& n) { CHECK(n.one_of({"a", "b"}, "b") == "a"); },
       "must be one of a, b, not a map"},
      {"word", [](const Node& n) { CHECK(n.items().empty()); }, "must be a list"},
      {"word", [](const Node& n) { CHECK(n.strings().empty()); }, "must be a list"},
      {"[a]", [](const Node& n) { CHECK(n.entries().empty()); }, "must be a map"},
      {"[a]", [](const Node& n) { n.only({"a"}); }, "must be a map"},
      {"[a]", [](const Node& n) { CHECK_FALSE(n.optional("b").present()); }, "must be a map"},
      {"\"a\\nb\\e\"", [](const Node& n) { (void)n.boolean(); }, "\"a?b?\" is not true or false"},
  }));
  CAPTURE(text, what);
  Problems problems;
  read(parse("\nkey: " + text + "\n", "a.yml", problems).required("key"));
  CHECK(problems.str() == "a.yml:2: key: " + what + "\n");
}

TEST_CASE("a scalar where a map should be is one problem, however many keys are asked for") {
  Problems problems;
  const Node node = parse("key: word\n", "a.yml", problems).required("key");
  node.only({"a", "b"});
  (void)node.required("a").string();
  (void)node.optional("b").string();
  CHECK(problems.str() == "a.yml:1: key: must be a map\n");
}

TEST_CASE("wrong items of a list are noted one by one and the good ones kept") {
  Problems problems;
  const Node root = parse("l:\n  - a\n  - [b]\n  - ~\n  - c\n", "a.yml", problems);
  CHECK(root.required("l").strings() == std::vector<std::string>{"a", "c"});
  CHECK(problems.str() == "a.yml:3: l[1]: must be text, not a list\na.yml:4: l[2]: is empty\n");
}

TEST_CASE("a caller can note a problem of its own at a place") {
  Problems problems;
  parse("a:\n  - b: x\n", "a.yml", problems).required("a").items()[0].required("b").problem("names nobody");
  CHECK(problems.str() == "a.yml:2: a[0].b: names nobody\n");
}

TEST_CASE(
    "two nodes have one text when they say the same, wherever they stand and however they are written") {
  Problems problems;
  const auto text = [&](const std::string& yaml) { return parse(yaml, "a.yml", problems).text(); };
  CHECK(text("# why\na: {b: [x, 'y']}\n") == text("a:\n  b:\n    - x\n    - y\n"));
  CHECK(text("a: x\n") != text("a: y\n"));
  CHECK(text("a: x\n") != text("b: x\n"));
  CHECK(text("[a, b]") != text("[ab]"));
  CHECK(text("[[a], b]") != text("[[a, b]]"));
  CHECK(text("a: ~\n") != text("a: '~'\n"));
  CHECK(text("['1:a']") != text("[a]"));
  CHECK(parse("a: x", "a.yml", problems).optional("b").text().empty());
}

TEST_CASE("a node outlives the node it was found by") {
  Problems problems;
  const auto find = [&] {
    return parse("a: {b: [x]}", "a.yml", problems).required("a").required("b").items()[0];
  };
  CHECK(find().string() == "x");
}
