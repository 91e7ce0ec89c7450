// Rotation, step by step, against real files: a look, a read and a move of the clock where each happens.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "exporter/tail/files/file_follower.h"
#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

namespace tests {

using exporter::tail::FileFollower;
using exporter::tail::Pipeline;
using exporter::tail::SourceState;

// What writes a log: it keeps its file open through a rotation until it is told to open a new one.
class LogWriter {
 public:
  explicit LogWriter(std::string path) : path_(std::move(path)) { reopen(); }
  void reopen() { fd_.reset(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)); }
  void raw(std::string_view text) const {
    REQUIRE(::write(fd_.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  void lines(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "ERROR order " + std::to_string(next_++) + " failed\n";
    raw(text);
  }

 private:
  std::string path_;
  base::Descriptor fd_;
  int next_ = 0;
};

struct FollowerFixture {
  TemporaryFolder folder;
  // Files have the system's times, which the rules on old news compare with.
  FakeClock clock{base::SystemClock().now().wall};
  std::string log = folder.file("bot.log");
  std::shared_ptr<Pipeline> pipeline = std::make_shared<Pipeline>("bot", Pipeline::Options{}, clock);
  std::optional<FileFollower> follower;

  void start(bool from_beginning = false, const std::string& pattern = "bot.log") {
    follower.emplace(FileFollower::Options{{folder.file(pattern)}, from_beginning}, pipeline, clock);
    turn();
  }
  void turn() {
    follower->find();
    follower->read({});
  }
  void wait(base::Duration length) {
    clock.advance(length);
    turn();
  }
  std::uint64_t lines() {
    pipeline->flush();
    return pipeline->snapshot().state.counts.lines;
  }
  std::uint64_t events() {
    pipeline->flush();
    std::uint64_t sum = 0;
    for (const auto each : pipeline->snapshot().state.counts.events) sum += each;
    return sum;
  }
  std::uint64_t gaps() const { return pipeline->snapshot().state.counts.gaps; }
  // The exporter is killed: what a checkpoint now would hold is all that is left.
  SourceState kill() {
    follower.reset();
    SourceState state = pipeline->snapshot().state;
    state.written = clock.now().wall;
    pipeline.reset();
    return state;
  }
  void restart(const SourceState& state) {
    pipeline = std::make_shared<Pipeline>("bot", Pipeline::Options{}, clock, &state);
    start();
  }
  void rename(const std::string& from, const std::string& to) const {
    std::filesystem::rename(folder.file(from), folder.file(to));
  }
  void copytruncate() const {
    std::filesystem::copy_file(log, log + ".1", std::filesystem::copy_options::overwrite_existing);
    REQUIRE(::truncate(log.c_str(), 0) == 0);
  }
};

}  // namespace tests
