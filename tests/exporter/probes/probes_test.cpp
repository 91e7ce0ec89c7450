#include <sys/stat.h>

#include <set>

#include "exporter/probes/kinds.h"
#include "exporter/probes/regex.h"
#include "exporter/probes/secret.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using namespace exporter::probes;

TEST_CASE("every kind says why one of it may fail, each reason by a name of its own") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    REQUIRE(find_kind(kind.name) == &kind);
    std::set<std::string_view> names;
    for (const Reason reason : kind.reasons) {
      REQUIRE(reason != Reason::kNone);
      REQUIRE(name(reason) != "none");
      REQUIRE(names.insert(name(reason)).second);
    }
    REQUIRE(names.contains("timeout"));
  }
  REQUIRE(find_kind("ftp") == nullptr);
}

TEST_CASE("a regular expression matches anywhere, in bytes that need not be UTF-8") {
  const auto [expression, text, matches] = GENERATE(table<const char*, std::string, bool>({
      {"ok", "all is ok here", true},
      {"^ok$", "all is ok here", false},
      {"(?i)OK", "ok", true},
      {"\\d+ ms", "took 12 ms", true},
      {"a.b", "a\nb", false},
      {"(?s)a.b", "a\nb", true},
      {"^b", "a\nb", false},
      {"", "anything", true},
      {"", "", true},
      {"x*", "", true},
      {"x", "", false},
      {"\\xff", "\xff", true},
      {"a", std::string("\0a", 2), true},
  }));
  CAPTURE(expression, text);
  const auto regex = Regex::compile(expression);
  REQUIRE(regex);
  REQUIRE(regex->matches(text) == matches);
}

TEST_CASE("an expression over lines matches at each of them") {
  REQUIRE(Regex::compile("^220 ready$", Regex::Lines::kEach)->matches("hello\r\n220 ready\n"));
  REQUIRE_FALSE(Regex::compile("^220 ready$")->matches("hello\n220 ready\n"));
}

TEST_CASE("an expression that takes others exponential time takes this one none") {
  const std::string text(1024 * 1024, 'a');
  const auto regex = Regex::compile("(a+)+(a|aa)+b$");
  REQUIRE(regex);
  REQUIRE_FALSE(regex->matches(text));
}

TEST_CASE("an expression that is none is refused with its reason") {
  const std::string expression =
      GENERATE(as<std::string>{}, "(", "[z-a]", "a{2,1}", "(a)\\1", "(?<=a)b", "*", std::string("a\0b", 3));
  CAPTURE(expression);
  const auto regex = Regex::compile(expression);
  REQUIRE_FALSE(regex);
  REQUIRE_FALSE(regex.error().message.empty());
}

TEST_CASE("a secret comes from a file that others cannot read, and is shown in no text") {
  const tests::TemporaryFolder folder;
  const auto path = folder.write("password", "s3cret\n");
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
  REQUIRE(load_secret(path) == "s3cret");
  REQUIRE(load_secret("") == "");
  REQUIRE(redact("AUTH s3cret and s3cret", "s3cret") == "AUTH <secret> and <secret>");
  REQUIRE(redact("nothing to hide", "") == "nothing to hide");
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  REQUIRE(load_secret(path).error().reason == Reason::kSecret);
  REQUIRE(load_secret(path).error().text.find("s3cret") == std::string::npos);
  REQUIRE(load_secret(folder.file("none")).error().reason == Reason::kSecret);
}
