#include "exporter/tail/containers/container_lines.h"

#include <string>
#include <vector>

#include "base/os/file.h"
#include "tests/catch.h"

using exporter::tail::ContainerLines;
using exporter::tail::Output;
using exporter::tail::read_stamp;

namespace {

constexpr std::uint64_t kT0 = 1'795'305'600'000'000'000;  // 2026-11-22T00:00:00Z

std::string stamp(std::uint64_t nanoseconds) {
  return fmt::format("2026-11-22T00:00:{:02}.{:09}Z ", nanoseconds / 1'000'000'000,
                     nanoseconds % 1'000'000'000);
}

std::string frame(int output, const std::string& message) {
  std::string bytes{static_cast<char>(output), 0, 0, 0};
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(message.size() >> shift & 0xFFU);
  return bytes + message;
}

// "stdout 17 text", by output, nanoseconds after kT0, and text.
using Shown = std::vector<std::string>;
void show(std::span<const exporter::tail::ContainerLine> lines, Shown& shown) {
  for (const auto& line : lines)
    shown.push_back(fmt::format("{} {} {}", name(line.output), line.at - kT0, line.text));
}

Shown read(bool tty, std::string_view first, std::string_view second = {}, bool finish = true) {
  ContainerLines lines(tty);
  Shown shown;
  for (const auto part : {first, second}) {
    lines.buffer() += part;
    const auto taken = lines.take();
    if (!taken) return {"error: " + taken.error().message};
    show(*taken, shown);
    lines.done();
  }
  if (finish) show(lines.finish(), shown);
  return shown;
}

Shown read_cut_at(bool tty, const std::string& bytes, std::size_t cut) {
  return read(tty, std::string_view(bytes).substr(0, cut), std::string_view(bytes).substr(cut));
}

}  // namespace

TEST_CASE("the engine's times are read to the nanosecond") {
  const auto [text, nanoseconds] = GENERATE(table<std::string, std::uint64_t>({
      {"2026-11-22T00:00:00.000000000Z x", kT0},
      {"2026-11-22T00:00:00.000000001Z x", kT0 + 1},
      {"2026-11-22T02:00:00.000000001+02:00 x", kT0 + 1},
      {"2026-11-22T00:00:00.5Z x", kT0 + 500'000'000},
      {"1970-01-01T00:00:00.000000000Z ", 0},
      {"2024-02-29T23:59:59.999999999Z ", 1'709'251'199'999'999'999},
  }));
  const auto read = read_stamp(text);
  REQUIRE(read);
  CHECK(read->at == nanoseconds);
  CHECK(read->size == text.find(' ') + 1);
}

TEST_CASE("what is no time is reported") {
  const std::string text = GENERATE(as<std::string>(), "", "hello world", "2026-11-22T00:00:00.000000000Z",
                                    "2026-13-22T00:00:00.000000000Z x", "2026-11-22T00:00:00.00000000xZ x",
                                    "1969-12-31T23:59:59.000000000Z x");
  CHECK_FALSE(read_stamp(text));
}

TEST_CASE("frames are distinguished wherever the answer is cut") {
  const std::string bytes = frame(1, stamp(1) + "one\n") + frame(2, stamp(2) + "oops\n") +
                            frame(1, stamp(3) + "\n") + frame(1, stamp(4) + "no newline");
  const Shown expected{"stdout 1 one", "stderr 2 oops", "stdout 3 ", "stdout 4 no newline"};
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) CHECK(read_cut_at(false, bytes, cut) == expected);
}

TEST_CASE("what a Docker Engine answered is read") {
  const auto bytes = base::read_file(SALUS_SOURCE_DIR "/tests/fixtures/docker/logs.bin").value();
  const auto shown = read(false, bytes);
  REQUIRE(shown.size() >= 3);
  CHECK(shown[0].ends_with(" hello"));
  CHECK(shown[1].starts_with("stderr "));
  CHECK(shown[1].ends_with(" oops"));
}

TEST_CASE("a terminal's lines are distinguished wherever the answer is cut") {
  const std::string bytes =
      stamp(1) + "one\r\n" + stamp(2) + "\r\n" + stamp(3) + "Z Z\n" + stamp(4) + "prompt$ ";
  const Shown expected{"stdout 1 one\r", "stdout 2 \r", "stdout 3 Z Z", "stdout 4 prompt$ "};
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) CHECK(read_cut_at(true, bytes, cut) == expected);
}

TEST_CASE("a line that was split at 16 KiB is one line") {
  const bool tty = GENERATE(false, true);
  const std::string piece(ContainerLines::kPiece, 'a');
  const std::string bytes =
      tty ? stamp(1) + piece + stamp(1) + piece + stamp(1) + "end\n" + stamp(2) + "next\n"
          : frame(1, stamp(1) + piece) + frame(2, stamp(9) + "between\n") + frame(1, stamp(1) + piece) +
                frame(1, stamp(1) + "end\n") + frame(1, stamp(2) + "next\n");
  Shown expected{"stdout 1 " + piece + piece + "end", "stdout 2 next"};
  if (!tty) expected.insert(expected.begin(), "stderr 9 between");
  for (const std::size_t cut : {std::size_t{0}, std::size_t{31}, std::size_t{16384}, std::size_t{16420},
                                std::size_t{32800}, bytes.size() - 40, bytes.size() - 1, bytes.size()}) {
    CHECK((read_cut_at(tty, bytes, cut) == expected));
  }
}

TEST_CASE("of an endless line the beginning is kept, and its length") {
  const bool tty = GENERATE(false, true);
  ContainerLines lines(tty);
  const std::string piece(ContainerLines::kPiece, 'a');
  for (int i = 0; i < 100; ++i) {
    lines.buffer() += tty ? stamp(1) + piece : frame(1, stamp(1) + piece);
    REQUIRE(lines.take()->empty());
    lines.done();
    CHECK(lines.buffer().size() <= 2 * (piece.size() + 31));
  }
  lines.buffer() += tty ? stamp(1) + "b\n" : frame(1, stamp(1) + "b\n");
  const auto taken = lines.take();
  REQUIRE(taken);
  REQUIRE(taken->size() == 1);
  CHECK(taken->front().text.size() == ContainerLines::kMaxJoined);
  CHECK(taken->front().full_size == 100 * piece.size() + 1);
}

TEST_CASE("what a container wrote last, without a newline, is a line of its own when it goes on") {
  CHECK(read(false, frame(1, stamp(1) + "dying") + frame(1, stamp(2) + "reborn\n")) ==
        Shown{"stdout 1 dying", "stdout 2 reborn"});
  CHECK(read(true, stamp(1) + "dying" + stamp(2) + "reborn\n") == Shown{"stdout 1 dying", "stdout 2 reborn"});
}

TEST_CASE("a time that a program writes itself ends no line of a terminal") {
  // It is older than the engine's, or the line begins with it.
  CHECK(read(true, stamp(5) + "at " + stamp(4) + "done\n") == Shown{"stdout 5 at " + stamp(4) + "done"});
  CHECK(read(true, stamp(5) + stamp(6) + "done\n") == Shown{"stdout 5 " + stamp(6) + "done"});
}

TEST_CASE("an answer that was cut gives no half line") {
  CHECK(read(false, frame(1, stamp(1) + "one\n") + frame(1, stamp(2) + "tw"), {}, false) ==
        Shown{"stdout 1 one"});
  CHECK(read(true, stamp(1) + "one\n" + stamp(2) + "tw", {}, false) == Shown{"stdout 1 one"});
}

TEST_CASE("what is no such answer is refused") {
  CHECK(read(false, stamp(1) + "from a terminal\n")
            .front()
            .starts_with("error: the log does not have Docker's framing"));
  CHECK(read(false, frame(1, "no time\n"))
            .front()
            .starts_with("error: a log message does not begin with a timestamp"));
  CHECK(read(false, std::string("\1\0\0\0\x7f\0\0\0", 8)).front().starts_with("error: "));
  CHECK(read(true, frame(1, stamp(1) + "framed\n")).front().starts_with("error: "));
}

TEST_CASE("the newest time of each output is known, of pieces too") {
  ContainerLines lines(false);
  CHECK(lines.newest(Output::out) == 0);
  lines.buffer() += frame(1, stamp(7) + "piece") + frame(1, stamp(5) + "old\n");
  REQUIRE(lines.take());
  CHECK(lines.newest(Output::out) == kT0 + 7);
  CHECK(lines.newest(Output::err) == 0);
}
