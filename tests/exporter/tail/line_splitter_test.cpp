#include "exporter/tail/line_splitter.h"

#include <string>
#include <vector>

#include "tests/catch.h"

using exporter::tail::kMaxLine;
using exporter::tail::Line;
using exporter::tail::LineSplitter;
using exporter::tail::Position;

namespace {

std::vector<std::string> texts(const std::vector<Line>& lines) {
  std::vector<std::string> all;
  for (const Line& line : lines) all.emplace_back(line.text);
  return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("each line ends at its newline, and says where the next begins") {
  LineSplitter splitter(10);
  const auto& lines = splitter.feed("a\nbc\n\n", {});
  REQUIRE(texts(lines) == Texts{"a", "bc", ""});
  REQUIRE(lines[0].after == Position{0, 12});
  REQUIRE(lines[1].after == Position{0, 15});
  REQUIRE(lines[2].after == Position{0, 16});
  REQUIRE_FALSE(splitter.partial());
}

TEST_CASE("a text cut anywhere gives the same lines") {
  const std::string text = "first line\nsecond\n\nfourth, and no end";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    LineSplitter splitter(0);
    Texts all = texts(splitter.feed(text.substr(0, cut), {}));
    for (auto& each : texts(splitter.feed(text.substr(cut), {}))) all.push_back(each);
    REQUIRE(all == Texts{"first line", "second", ""});
    REQUIRE(splitter.partial());
    REQUIRE(splitter.offset() == text.size());
    const auto& last = splitter.finish({});
    REQUIRE(texts(last) == Texts{"fourth, and no end"});
    REQUIRE(last[0].after == Position{0, text.size()});
    REQUIRE(splitter.finish({}).empty());
  }
}

TEST_CASE("a line without end takes bounded memory and reports its length") {
  LineSplitter splitter(0);
  const std::string megabyte(1 << 20, 'x');
  for (int i = 0; i < 8; ++i) REQUIRE(splitter.feed(megabyte, {}).empty());
  const auto& lines = splitter.feed("y\nnext\n", {});
  REQUIRE(lines.size() == 2);
  REQUIRE(lines[0].text.size() == kMaxLine);
  REQUIRE(lines[0].cut_of == (8 << 20) + 1);
  REQUIRE(lines[0].after.offset == (8 << 20) + 2);
  REQUIRE(lines[1].text == "next");
}

TEST_CASE("a hole in front of a line is not part of it, a NUL inside is") {
  const std::string text("\0\0\0\0line\0x\n\0\0z\n", 16);
  LineSplitter splitter(0);
  REQUIRE(texts(splitter.feed(text, {})) == Texts{std::string("line\0x", 6), "z"});
  LineSplitter slow(0);
  Texts all;
  for (const char c : text) {
    for (auto& each : texts(slow.feed({&c, 1}, {}))) all.push_back(each);
  }
  REQUIRE(all == Texts{std::string("line\0x", 6), "z"});
}

TEST_CASE("what was read of a line is forgotten when it goes on elsewhere") {
  LineSplitter splitter(0);
  splitter.feed("half", {});
  splitter.seek(100);
  REQUIRE(texts(splitter.feed("whole\n", {})) == Texts{"whole"});
  REQUIRE(splitter.offset() == 106);
}
