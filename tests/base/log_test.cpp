#include "base/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "base/log_filter.h"
#include "base/os/descriptor.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using base::WallTime;
using base::log::Format;
using base::log::format_line;
using base::log::Level;

namespace {

const WallTime kTime(std::chrono::milliseconds(1765991174759));

std::string logfmt_value(std::string_view value) {
  const std::string line = format_line(Format::kLogfmt, kTime, Level::kInfo, "m", {{"key", value}});
  return line.substr(line.find("key=") + 4);
}

// What `print` writes to stderr.
template <class Print>
std::string stderr_of(Print print) {
  const tests::TemporaryFolder folder;
  {
    const base::Descriptor saved(::dup(2));
    const base::Descriptor file(::open(folder.file("stderr").c_str(), O_CREAT | O_WRONLY, 0600));
    ::dup2(file.get(), 2);
    print();
    ::dup2(saved.get(), 2);
  }
  return folder.read("stderr");
}

}  // namespace

TEST_CASE("a logfmt line holds time, level, message and fields in this order") {
  CHECK(format_line(Format::kLogfmt, kTime, Level::kWarn, "journal append failed",
                    {{"error", "disk full"}, {"tries", 3}, {"fatal", false}}) ==
        "ts=2025-12-17T17:06:14.759Z level=warn msg=\"journal append failed\" error=\"disk full\" tries=3 "
        "fatal=false");
}

TEST_CASE("a JSON line holds the same as text") {
  CHECK(format_line(Format::kJson, kTime, Level::kError, "stopped", {{"code", 7}, {"why", "a \"b\""}}) ==
        R"({"ts":"2025-12-17T17:06:14.759Z","level":"error","msg":"stopped","code":"7","why":"a \"b\""})");
}

TEST_CASE("logfmt values are quoted and escaped where they need it") {
  const auto [value, written] = GENERATE(table<std::string, std::string>({
      {"plain", "plain"},
      {"/path:9869,x", "/path:9869,x"},
      {"Grüße", "Grüße"},
      {"", R"("")"},
      {"two words", R"("two words")"},
      {"a=b", R"("a=b")"},
      {"a\"b", R"("a\"b")"},
      {"a\\b", R"("a\\b")"},
      {"a\nb\r\tc", R"("a\nb\r\tc")"},
      {std::string("a\0b", 3), R"("a\u0000b")"},
      {"\x1b[31m", R"("\u001b[31m")"},
      {"a\x7F", R"("a\u007f")"},
      {"\xC2\x9B", R"("\u009b")"},
      {"a\xFF", "a\uFFFD"},
      {"a\xC2", "a\uFFFD"},
  }));
  CHECK(logfmt_value(value) == written);
}

TEST_CASE("every JSON line is read back to what was said") {
  const auto [value, read] = GENERATE(table<std::string, std::string>({
      {"plain", "plain"},
      {"a\"b\\c\nd\te\rf", "a\"b\\c\nd\te\rf"},
      {std::string("a\0b\x1F\x7F", 5), std::string("a\0b\x1F\x7F", 5)},
      {"a\xFF", "a\uFFFD"},
      {"\xF0\x9F\x9A\xA8 \xC2\x85", "\xF0\x9F\x9A\xA8 \xC2\x85"},
  }));
  const std::string line = format_line(Format::kJson, kTime, Level::kInfo, value, {{"key", value}});
  CHECK(line.find('\n') == std::string::npos);
  const auto document = nlohmann::json::parse(line);
  CHECK(document["msg"] == read);
  CHECK(document["key"] == read);
}

TEST_CASE("the values of a line pass through the filter") {
  base::log::set_filter(
      [](std::string_view text) { return text == "secret" ? std::string("***") : std::string(text); });
  const std::string line =
      format_line(Format::kLogfmt, kTime, Level::kInfo, "m", {{"a", "secret"}, {"b", "x"}});
  base::log::set_filter(nullptr);
  CHECK(line.ends_with("msg=m a=*** b=x"));
  CHECK(format_line(Format::kLogfmt, kTime, Level::kInfo, "m", {{"a", "secret"}}).ends_with("a=secret"));
}

TEST_CASE("lines below the chosen level are not written, the others one each to stderr") {
  const std::string written = stderr_of([] {
    REQUIRE(base::log::configure("warn", "logfmt"));
    base::log::info("unheard");
    base::log::warn("heard", {{"n", 1}});
    base::log::error("heard {} too");
  });
  REQUIRE(base::log::configure("info", "logfmt"));
  CHECK(written.find("unheard") == std::string::npos);
  CHECK(written.find("level=warn msg=heard n=1\n") != std::string::npos);
  CHECK(written.find("level=error msg=\"heard {} too\"\n") != std::string::npos);
  CHECK(std::count(written.begin(), written.end(), '\n') == 2);
}

TEST_CASE("the format can be chosen") {
  const std::string written = stderr_of([] {
    REQUIRE(base::log::configure("debug", "json"));
    base::log::debug("said");
  });
  REQUIRE(base::log::configure("info", "logfmt"));
  CHECK(nlohmann::json::parse(written)["level"] == "debug");
}

TEST_CASE("an unknown level or format is refused") {
  CHECK(base::log::configure("loud", "json").error().message ==
        "log level \"loud\" is not one of debug, info, warn, error");
  CHECK(base::log::configure("info", "xml").error().message ==
        "log format \"xml\" is not one of logfmt, json");
}
