// A Docker Engine's log answer of any bytes, whole and cut anywhere: the same lines both times, all bounded
// and within what was received, or an error that says something. The first byte says whether there is a
// terminal, the second where to cut.
#include <string>
#include <vector>

#include "exporter/tail/containers/container_cursor.h"
#include "exporter/tail/containers/container_lines.h"
#include "tests/fuzz/target.h"

namespace {

using exporter::tail::ContainerLines;

struct Read {
  std::vector<std::string> lines;
  bool failed = false;
  bool operator==(const Read&) const = default;
};

void keep(std::span<const exporter::tail::ContainerLine> lines, Read& read) {
  for (const auto& line : lines) {
    fuzz::require(line.text.size() <= line.full_size, "a line is no longer than it was written");
    fuzz::require(line.text.size() <= std::max<std::size_t>(ContainerLines::kMaxJoined, 1024 * 1024 + 64),
                  "a line is bounded");
    read.lines.push_back(fmt::format("{} {} {} {}", name(line.output), line.at, line.full_size, line.text));
  }
}

Read read(bool tty, std::initializer_list<std::string_view> parts) {
  ContainerLines lines(tty);
  Read result;
  for (const auto part : parts) {
    lines.buffer() += part;
    const auto taken = lines.take();
    if (!taken) {
      fuzz::require(!taken.error().message.empty(), "an error says something");
      result.failed = true;
      return result;
    }
    keep(*taken, result);
    lines.done();
  }
  keep(lines.finish(), result);
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const bool tty = (data[0] & 1U) != 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string_view text = bytes;
  const std::size_t cut = bytes.size() * data[1] / 255;
  const Read whole = read(tty, {text});
  const Read pieces = read(tty, {text.substr(0, cut), text.substr(cut)});
  fuzz::require(whole.failed == pieces.failed, "a cut changes nothing about an error");
  if (!whole.failed) fuzz::require(whole == pieces, "a cut changes no line");
  exporter::tail::read_stamp(text);

  exporter::tail::ContainerCursor cursor({});
  cursor.begin_answer(true);
  for (const std::string& line : whole.lines) {
    const auto before = cursor.at();
    cursor.admit(std::hash<std::string>{}(line) % 4, line, base::WallTime());
    fuzz::require(cursor.at().place >= before.place || cursor.at().offset == 1, "a cursor does not go back");
  }
  return 0;
}
