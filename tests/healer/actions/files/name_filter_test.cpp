#include "healer/actions/files/name_filter.h"

#include "tests/catch.h"

using namespace healer::actions;

namespace {

std::string problems_of(const std::string& yaml) {
  base::yaml::Problems problems;
  const auto node = base::yaml::parse(yaml, "x.yml", problems);
  static_cast<void>(read_folder(node));
  static_cast<void>(read_name_filter(node, {}));
  return problems.str();
}

}  // namespace

TEST_CASE("what is included and not excluded matches, and no hidden file by accident") {
  const NameFilter filter{{"*.log", "trace-[0-9]*"}, {"audit*"}};
  const auto [name, matches] = GENERATE(table<std::string, bool>({
      {"app.log", true},
      {"trace-7", true},
      {"trace-x", false},
      {"audit.log", false},
      {"app.log.gz", false},
      {".app.log", false},
      {"", false},
  }));
  CAPTURE(name);
  CHECK(filter.matches(name) == matches);
  CHECK(filter.words() == "*.log, trace-[0-9]* but not audit*");
}

TEST_CASE("a folder and patterns that cannot be meant are refused") {
  CHECK(problems_of("{folder: /var/log/quantum, include: ['*.log']}") == "");
  const auto [yaml, problem] = GENERATE(table<std::string, std::string>({
      {"{include: ['*']}", "folder: is missing"},
      {"{folder: logs, include: ['*']}", "folder: \"logs\" is not an absolute path"},
      {"{folder: /var/.., include: ['*']}", "folder: must not be the root of the file system"},
      {"{folder: /x}", "include: is missing"},
      {"{folder: /x, include: []}", "include: must list at least one pattern"},
      {"{folder: /x, include: ['../*']}", "patterns match file names, without folders"},
      {"{folder: /x, include: ['*'], exclude: ['']}", "matches no file"},
  }));
  CAPTURE(yaml);
  CHECK_THAT(problems_of(yaml), Catch::Contains(problem));
}
