#include "healer/notify/outbox/outbox.h"

#include "healer/notify/outbox/sqlite_store.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/scripted_server.h"

using healer::Config;
using healer::Notice;
using healer::notify::Delivery;
using healer::notify::Outbox;
using healer::notify::SqliteStore;
using healer::notify::Store;
using namespace std::chrono_literals;

namespace {

const tests::ScriptedServer::Route kHook{"POST", "/hook"};

struct Fixture {
  tests::ScriptedServer server{{kHook}};
  tests::TemporaryFolder folder;
  base::SystemClock clock;
  Config config;

  Fixture() {
    const std::string file = folder.write("url", server.url() + "/hook");
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    config.notifiers = {{.name = "ops", .kind = "slack", .url_file = file, .url_env = ""}};
  }

  std::unique_ptr<Store> store() {
    auto opened = SqliteStore::open(folder.file("outbox.db"));
    REQUIRE(opened);
    return std::move(*opened);
  }
  std::size_t received() { return server.requests().size(); }
};

healer::notify::Counts counts(const Outbox& outbox, const std::string& name) {
  return outbox.readings().at(name).counts;
}

// A disk that takes nothing.
class BrokenStore final : public Store {
 public:
  base::Result<std::vector<std::uint64_t>> add(const Notice&, base::WallTime,
                                               std::span<const std::string>) override {
    ++errors_;
    return base::fail("disk full");
  }
  base::Result<> remove(std::span<const std::uint64_t>) override { return base::fail("disk full"); }
  base::Result<> bury(std::span<const std::uint64_t>, base::WallTime, const std::string&) override {
    return base::fail("disk full");
  }
  base::Result<std::vector<Row>> load() override { return base::fail("disk full"); }
  base::Result<std::map<std::string, base::WallTime>> keys(base::WallTime) override {
    return base::fail("disk full");
  }
  std::uint64_t errors_total() const override { return errors_; }

 private:
  std::atomic<std::uint64_t> errors_ = 0;
};

}  // namespace

TEST_CASE("every notifier gets the notice, and the log does") {
  Fixture with;
  Outbox outbox(with.config, with.store(), with.clock);
  outbox.add({.title = "a"});
  outbox.drain(10s);
  CHECK(outbox.readings().size() == 2);
  CHECK(counts(outbox, "log").delivered == 1);
  CHECK(counts(outbox, "ops").delivered == 1);
  CHECK(outbox.readings().at("ops").backlog.waiting == 0);
  CHECK(with.received() == 1);
}

TEST_CASE("a notifier receives only the kinds that it asked for") {
  Fixture with;
  with.config.notifiers[0].only = {Notice::Kind::kExhausted};
  Outbox outbox(with.config, with.store(), with.clock);
  outbox.add({.kind = Notice::Kind::kActing, .title = "a"});
  outbox.add({.kind = Notice::Kind::kExhausted, .title = "b"});
  outbox.drain(10s);
  CHECK(counts(outbox, "log").delivered == 2);
  CHECK(counts(outbox, "ops").delivered == 1);
}

TEST_CASE("the same key again within its window is said once") {
  Fixture with;
  {
    Outbox outbox(with.config, with.store(), with.clock);
    outbox.add({.title = "a", .key = "k"});
    outbox.add({.title = "a", .key = "k"});
    outbox.add({.title = "b", .key = "other"});
    outbox.drain(10s);
    CHECK(counts(outbox, "ops").delivered == 2);
    CHECK(counts(outbox, "ops").suppressed == 1);
    CHECK(counts(outbox, "log").suppressed == 1);
  }
  Outbox outbox(with.config, with.store(), with.clock);
  outbox.add({.title = "a", .key = "k"});
  outbox.drain(10s);
  CHECK(counts(outbox, "ops").suppressed == 1);
  CHECK(with.received() == 2);
}

TEST_CASE("what was not delivered in one life is delivered in the next, in order") {
  Fixture with;
  with.server.answer(kHook, base::http::text(503, ""));
  {
    Outbox outbox(with.config, with.store(), with.clock);
    outbox.add({.title = "first"});
    outbox.add({.title = "second"});
    with.server.wait_for_requests(1);
  }
  with.server.answer(kHook, base::http::text(200, "ok"));
  const auto before = with.received();
  Outbox outbox(with.config, with.store(), with.clock);
  outbox.drain(10s);
  CHECK(counts(outbox, "ops").delivered == 2);
  const auto requests = with.server.requests();
  REQUIRE(requests.size() == before + 2);
  CHECK_THAT(requests[before].body, Catch::Contains("first"));
  CHECK_THAT(requests[before + 1].body, Catch::Contains("second"));
}

TEST_CASE("no secret reaches the disk") {
  Fixture with;
  with.server.answer(kHook, base::http::text(503, ""));
  {
    Outbox outbox(with.config, with.store(), with.clock);
    outbox.add({.title = "psql postgres://admin:hunter2secret@db/x failed"});
    with.server.wait_for_requests(1);
  }
  const auto rows = with.store()->load();
  REQUIRE(rows->size() == 1);
  CHECK_THAT(rows->front().notice.title, !Catch::Contains("hunter2secret"));
}

TEST_CASE("with a disk that takes nothing, notices are delivered from memory") {
  Fixture with;
  Outbox outbox(with.config, std::make_unique<BrokenStore>(), with.clock);
  outbox.add({.title = "a"});
  outbox.drain(10s);
  CHECK(counts(outbox, "ops").delivered == 1);
  CHECK(outbox.store_errors() == 1);
}

TEST_CASE("another configuration keeps what was counted, and what waits") {
  Fixture with;
  with.server.answer(kHook, base::http::text(503, ""));
  Outbox outbox(with.config, with.store(), with.clock);
  outbox.add({.title = "a"});
  with.server.wait_for_requests(1);
  with.server.answer(kHook, base::http::text(200, "ok"));
  Config changed = with.config;
  changed.notifiers[0].kind = "discord";
  outbox.reconfigure(changed);
  outbox.drain(10s);
  CHECK(counts(outbox, "ops").delivered == 1);
  CHECK_THAT(with.server.requests().back().body, Catch::Contains("\"content\""));
  changed.notifiers.clear();
  outbox.reconfigure(changed);
  outbox.add({.title = "b"});
  outbox.drain(10s);
  CHECK(counts(outbox, "ops").delivered == 1);
  CHECK(counts(outbox, "log").delivered == 2);
}

TEST_CASE("what waits for a notifier that is gone is dropped, in this life and after a restart") {
  Fixture with;
  with.server.answer(kHook, base::http::text(503, ""));
  {
    Outbox outbox(with.config, with.store(), with.clock);
    outbox.add({.title = "a"});
    with.server.wait_for_requests(1);
  }
  Config nobody = with.config;
  nobody.notifiers.clear();
  {
    Outbox outbox(nobody, with.store(), with.clock);
    CHECK(counts(outbox, "ops").dropped == 1);
  }
  CHECK(with.store()->load()->empty());
}

TEST_CASE("a test goes out at once and says what came back") {
  Fixture with;
  Outbox outbox(with.config, with.store(), with.clock);
  const auto deadline = base::Deadline::after(with.clock, 5s);
  auto results = outbox.test("", deadline);
  REQUIRE(results.size() == 1);
  CHECK(results[0].first == "ops");
  CHECK(results[0].second.status == Delivery::Status::kDelivered);
  CHECK_THAT(with.server.requests().at(0).body, Catch::Contains("Salus - Test"));
  with.server.answer(kHook, base::http::text(404, "no_team"));
  results = outbox.test("ops", deadline);
  CHECK(results.at(0).second.status == Delivery::Status::kRefused);
  CHECK_THAT(results.at(0).second.error, Catch::Contains("answered 404: no_team"));
  CHECK(outbox.test("nobody", deadline).empty());
}
