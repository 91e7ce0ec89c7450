#include "exporter/tail/containers/container_follow.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

using exporter::tail::ContainerFollow;
using exporter::tail::Output;
using exporter::tail::Pipeline;
using exporter::tail::Trouble;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kT0 = 1'795'305'600'000'000'000;  // 2026-11-22T00:00:00Z

std::string line(int milliseconds, const std::string& text) {
  const std::string message = fmt::format("2026-11-22T00:00:00.{:03}000000Z {}\n", milliseconds, text);
  return std::string{1, 0, 0, 0, 0, 0, 0, static_cast<char>(message.size())} + message;
}
exporter::tail::Position at(int milliseconds) {
  return {kT0 + static_cast<std::uint64_t>(milliseconds) * 1'000'000, 1};
}

// An engine that answers what it is told, and remembers what it was asked.
struct Fixture {
  struct Asked {
    base::docker::LogOptions options;
    base::Descriptor connection;
  };

  tests::TemporaryFolder folder;
  tests::FakeClock clock{base::WallTime(std::chrono::nanoseconds(kT0)) + 1min};
  base::Descriptor listening{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  bool down = false;
  std::vector<Asked> asked;
  std::shared_ptr<Pipeline> pipeline = std::make_shared<Pipeline>("bot", Pipeline::Options{}, clock);
  std::optional<ContainerFollow> follow;

  Fixture() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, folder.file("engine").c_str(), sizeof(address.sun_path) - 1);
    REQUIRE(::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(::listen(listening.get(), 8) == 0);
    make({});
  }
  void make(const ContainerFollow::Positions& from, ContainerFollow::Kind kind = {}) {
    follow.emplace(
        "c1", kind, pipeline, from,
        [this](const std::string& id, const base::docker::LogOptions& options) { return ask(id, options); },
        clock);
    follow->set_running(true);
  }
  base::Result<base::http::Stream> ask(const std::string& id, const base::docker::LogOptions& options) {
    if (down) return base::fail("connection refused");
    const base::SystemClock real;
    auto stream = base::http::Stream::open(base::parse_base_url("unix://" + folder.file("engine")).value(),
                                           "/" + id, base::Deadline::after(real, 20s));
    asked.push_back({options, base::Descriptor(::accept(listening.get(), nullptr, nullptr))});
    return stream;
  }
  void send(const std::string& bytes) {
    REQUIRE(::send(asked.back().connection.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }
  void answer() { send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"); }
  void chunk(const std::string& bytes) { send(fmt::format("{:x}\r\n", bytes.size()) + bytes + "\r\n"); }
  void end() { send("0\r\n\r\n"); }
  void refuse(int status) { send(fmt::format("HTTP/1.1 {} No\r\nContent-Length: 2\r\n\r\nno", status)); }

  // Some turns, so much time apart.
  void turns(base::Duration step = 100ms, int count = 4) {
    for (int i = 0; i < count; ++i) {
      clock.advance(step);
      follow->turn();
    }
  }
  exporter::tail::Counts counts() const {
    pipeline->flush();
    return pipeline->snapshot().state.counts;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "lines are handed over as they come, with their position") {
  turns();
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].options.follow);
  CHECK(asked[0].options.since.empty());
  answer();
  chunk(line(1, "INFO one") + line(2, "INFO two"));
  turns();
  CHECK(counts().lines == 2);
  chunk(line(3, "INFO three"));
  turns();
  CHECK(counts().lines == 3);
  CHECK(counts().last_line == base::WallTime(std::chrono::nanoseconds(at(3).place)));
  for (const auto& [strand, state] : pipeline->strands()) {
    CHECK(state.identity == strand_identity("c1", strand == 1 ? Output::out : Output::err));
    CHECK(state.position == (strand == 1 ? at(3) : exporter::tail::Position{}));
  }
  CHECK(follow->trouble() == Trouble::none);
}

TEST_CASE_METHOD(Fixture, "after an end it asks again from where it was, and takes nothing twice") {
  turns();
  answer();
  chunk(line(1, "INFO one") + line(2, "INFO two"));
  end();
  turns();
  REQUIRE(asked.size() == 2);
  CHECK(asked[1].options.since == "1795305540.002000000");
  answer();
  chunk(line(2, "INFO two") + line(3, "INFO three"));
  turns();
  CHECK(counts().lines == 3);
  CHECK(counts().gaps == 0);
}

TEST_CASE_METHOD(Fixture, "when the line taken last is gone that is a gap") {
  make({at(1), {}});
  turns();
  CHECK(asked.back().options.since == "1795305540.001000000");
  answer();
  chunk(line(7, "INFO later"));
  turns();
  CHECK(counts().lines == 1);
  CHECK(counts().gaps == 1);
}

TEST_CASE_METHOD(Fixture, "a follow that fell silent while lines were written is asked for again") {
  turns();
  answer();
  chunk(line(1, "INFO one"));
  turns();
  turns(1s, 5);
  REQUIRE(asked.size() == 2);
  CHECK_FALSE(asked[1].options.follow);
  CHECK(asked[1].options.tail == "1");
  answer();
  chunk(line(5, "INFO missed"));
  end();
  turns(1s);
  REQUIRE(asked.size() == 3);
  CHECK(asked[2].options.follow);
  CHECK(asked[2].options.since == "1795305540.001000000");
  answer();
  chunk(line(1, "INFO one") + line(5, "INFO missed"));
  turns();
  CHECK(counts().lines == 2);
}

TEST_CASE_METHOD(
    Fixture,
    "a follow that is silent for want of lines is left alone, and looked after less and less often") {
  turns();
  answer();
  chunk(line(1, "INFO one"));
  turns();
  std::vector<std::size_t> looks;
  for (int minute = 0; minute < 5; ++minute) {
    for (int second = 0; second < 60; ++second) {
      const auto before = asked.size();
      turns(1s, 1);
      if (asked.size() == before) continue;
      CHECK_FALSE(asked.back().options.follow);
      answer();
      chunk(line(1, "INFO one"));
      end();
    }
    looks.push_back(asked.size());
  }
  CHECK(looks[0] <= 5);
  CHECK(looks[4] - looks[3] == 1);
  CHECK(counts().lines == 1);
}

TEST_CASE_METHOD(Fixture, "what was on its way when the silence was looked into is no reason to ask again") {
  turns();
  answer();
  chunk(line(1, "INFO one"));
  turns();
  turns(1s, 5);
  REQUIRE(asked.size() == 2);
  const base::Descriptor followed = std::move(asked[0].connection);
  answer();
  chunk(line(2, "INFO two"));
  end();
  turns(100ms, 2);
  const auto bytes = line(2, "INFO two");
  const auto piece = fmt::format("{:x}\r\n", bytes.size()) + bytes + "\r\n";
  REQUIRE(::send(followed.get(), piece.data(), piece.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(piece.size()));
  turns(1s, 3);
  CHECK(asked.size() == 2);
  CHECK(counts().lines == 2);
}

TEST_CASE_METHOD(Fixture, "a driver that cannot be read is asked once a minute") {
  turns();
  for (int minute = 0; minute < 5; ++minute) {
    refuse(501);
    turns();
    CHECK(follow->trouble() == Trouble::log_driver);
    follow->on_start();
    turns(1s, 55);
    CHECK(asked.size() == static_cast<std::size_t>(minute) + 1);
    turns(1s, 5);
    REQUIRE(asked.size() == static_cast<std::size_t>(minute) + 2);
  }
}

TEST_CASE_METHOD(Fixture, "an engine that does not answer is tried again soon, but not all the time") {
  down = true;
  turns(100ms, 600);
  CHECK(follow->trouble() == Trouble::engine);
  down = false;
  turns(100ms, 55);
  REQUIRE(asked.size() == 1);
  answer();
  turns();
  CHECK(follow->trouble() == Trouble::none);
}

TEST_CASE_METHOD(Fixture, "a log that cannot be read is tried again, less and less often") {
  turns();
  std::size_t answered = 0;
  for (int second = 0; second < 600; ++second) {
    if (asked.size() > answered) {
      answered = asked.size();
      refuse(500);
    }
    turns(1s, 1);
  }
  CHECK(follow->trouble() == Trouble::unreadable);
  CHECK(asked.size() < 20);
}

TEST_CASE_METHOD(Fixture, "one that was started and is gone before it could be read is a gap, once") {
  follow->on_start();
  turns();
  refuse(404);
  turns();
  CHECK(follow->trouble() == Trouble::missing);
  CHECK(counts().gaps == 1);
  follow->look();
  turns();
  REQUIRE(asked.size() == 2);
  refuse(404);
  turns();
  CHECK(counts().gaps == 1);
  CHECK(follow->at_rest());
}

TEST_CASE_METHOD(Fixture, "an answer from before its first line is no proof that it had none") {
  follow->on_start();
  follow->set_running(false);
  turns();
  answer();
  end();
  turns();
  turns(1s, 2);
  REQUIRE(asked.size() == 2);
  CHECK(asked[1].options.tail == "1");
  SECTION("it is gone when its last line is asked for") {
    refuse(404);
    turns();
    follow->look();
    turns();
    REQUIRE(asked.size() == 3);
    refuse(404);
    turns();
    CHECK(counts().gaps == 1);
  }
  SECTION("it is still there and has none") {
    answer();
    end();
    turns();
    follow->look();
    turns();
    REQUIRE(asked.size() == 3);
    refuse(404);
    turns();
    CHECK(counts().gaps == 0);
  }
}

TEST_CASE_METHOD(Fixture, "of a container that has ended the last line is looked at once") {
  follow->set_running(false);
  turns();
  answer();
  chunk(line(1, "INFO one"));
  end();
  turns();
  turns(1s, 2);
  REQUIRE(asked.size() == 2);
  CHECK(asked[1].options.tail == "1");
  SECTION("all was there") {
    answer();
    chunk(line(1, "INFO one"));
    end();
    turns();
    CHECK(follow->at_rest());
    turns(1s, 100);
    CHECK(asked.size() == 2);
  }
  SECTION("it was not") {
    answer();
    chunk(line(2, "INFO two"));
    end();
    turns();
    REQUIRE(asked.size() == 3);
    CHECK(asked[2].options.follow);
  }
}

TEST_CASE_METHOD(Fixture, "a last line without newline counts when the answer ends, not when it is cut") {
  turns();
  answer();
  std::string partial = line(1, "INFO one");
  partial.pop_back();
  partial[7] = static_cast<char>(partial.size() - 8);
  chunk(partial);
  SECTION("ended") {
    end();
    turns();
    CHECK(counts().lines == 1);
  }
  SECTION("cut") {
    asked.back().connection.reset();
    turns();
    CHECK(counts().lines == 0);
    REQUIRE(asked.size() == 2);
  }
}

TEST_CASE_METHOD(Fixture, "after a rename lines go to the other source, and none is lost or doubled") {
  turns();
  answer();
  chunk(line(1, "INFO one"));
  turns();
  const auto other = std::make_shared<Pipeline>("robot", Pipeline::Options{}, clock);
  follow->move_to(other);
  chunk(line(2, "INFO two"));
  turns();
  other->flush();
  CHECK(counts().lines == 1);
  CHECK(other->snapshot().state.counts.lines == 1);
  CHECK(pipeline->strands().empty());
  CHECK(other->strands().size() == 2);
  follow->close();
  CHECK(other->strands().empty());
}

TEST_CASE_METHOD(Fixture, "what is not framed as the engine frames it is reported as unreadable") {
  turns();
  answer();
  chunk("2026-11-22T00:00:00.001000000Z from a terminal\n");
  turns();
  CHECK(follow->trouble() == Trouble::unreadable);
}

TEST_CASE_METHOD(Fixture, "a log that cannot be followed safely is asked for again and again") {
  make({}, {.tty = false, .polled = true});
  turns();
  CHECK_FALSE(asked.back().options.follow);
  answer();
  chunk(line(1, "INFO one"));
  end();
  turns(1s, 2);
  turns(1s, 8);
  REQUIRE(asked.size() == 2);
  CHECK(asked[1].options.since == "1795305540.001000000");
  answer();
  chunk(line(1, "INFO one") + line(2, "INFO two"));
  follow->set_running(false);
  end();
  for (int i = 0; i < 100 && asked.size() < 3; ++i) turns(1s, 1);
  REQUIRE(asked.size() == 3);
  answer();
  end();
  turns(1s, 100);
  CHECK(counts().lines == 2);
  CHECK(asked.size() == 3);
  CHECK(follow->at_rest());
}
