#include "healer/notify/outbox.h"

#include <catch2/catch.hpp>

#include "tests/fakes/temporary_folder.h"
#include "tests/healer/scripted_server.h"

using healer::Config;
using healer::Notice;
using healer::notify::Outbox;
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
};

}  // namespace

TEST_CASE("every notifier gets the notice, and the log does") {
  Fixture with;
  Outbox outbox(with.config, with.clock);
  outbox.add(Notice{});
  outbox.drain(10s);
  const auto counts = outbox.counts();
  CHECK(counts.size() == 2);
  CHECK(counts.at("log").delivered == 1);
  CHECK(counts.at("ops").delivered == 1);
  CHECK(with.server.requests().size() == 1);
}

TEST_CASE("another configuration keeps what was counted") {
  Fixture with;
  Outbox outbox(with.config, with.clock);
  outbox.add(Notice{});
  outbox.drain(10s);
  Config changed = with.config;
  changed.notifiers[0].kind = "discord";
  outbox.reconfigure(changed);
  outbox.add(Notice{});
  outbox.drain(10s);
  CHECK(outbox.counts().at("ops").delivered == 2);
  changed.notifiers.clear();
  outbox.reconfigure(changed);
  outbox.add(Notice{});
  outbox.drain(10s);
  CHECK(outbox.counts().at("ops").delivered == 2);
  CHECK(outbox.counts().at("log").delivered == 3);
}
