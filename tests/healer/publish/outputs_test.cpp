#include "healer/publish/outputs.h"

#include <filesystem>

#include "healer/publish/policy_json.h"
#include "tests/catch.h"
#include "tests/fakes/immutable.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/scripted_server.h"

using healer::PolicyConfig;
using healer::PolicyDocument;
using healer::policy::Outputs;
using namespace std::chrono_literals;

namespace {

using Route = tests::ScriptedServer::Route;

const base::SystemClock kClock;
const Route kPost{"POST", "/"};

PolicyDocument numbered(std::uint64_t sequence) {
  PolicyDocument document;
  document.sequence = sequence;
  document.valid_until = document.issued_at + 30s;
  return document;
}

bool told(const tests::ScriptedServer& server, const PolicyDocument& document) {
  const auto deadline = base::Deadline::after(kClock, 60s);
  while (!deadline.passed()) {
    for (const auto& request : server.requests()) {
      if (request.body == healer::policy_document(document)) return true;
    }
    std::this_thread::yield();
  }
  return false;
}

}  // namespace

TEST_CASE("a document goes everywhere that is configured") {
  const tests::TemporaryFolder folder;
  tests::ScriptedServer trader({kPost});
  PolicyConfig config;
  config.file = folder.file("policy.json");
  config.push = {{.name = "bot", .url = trader.url(), .http = {}}};
  Outputs outputs(config, kClock);
  REQUIRE(outputs.publish(numbered(1)));
  CHECK(folder.read("policy.json") == healer::policy_document(numbered(1)));
  CHECK(outputs.subscription().newest().sequence == 1);
  CHECK(told(trader, numbered(1)));
  CHECK(outputs.statuses().size() == 2);
  CHECK(outputs.statuses().at("file").last_success > base::WallTime{});
}

TEST_CASE("a file that cannot be written is reported, counted, and holds up nothing else") {
  const tests::TemporaryFolder folder;
  PolicyConfig config;
  config.file = folder.file("missing/policy.json");
  Outputs outputs(config, kClock);
  CHECK_FALSE(outputs.publish(numbered(1)));
  CHECK(outputs.subscription().newest().sequence == 1);
  CHECK(outputs.statuses().at("file").failures == 1);
  CHECK(outputs.statuses().at("file").last_success == base::WallTime{});
  std::filesystem::create_directory(folder.file("missing"));
  CHECK(outputs.publish(numbered(2)));
  CHECK(outputs.file_errors() == 1);
}

TEST_CASE("the newest document once more is a retry of the file alone") {
  const tests::TemporaryFolder folder;
  tests::ScriptedServer trader({kPost});
  PolicyConfig config;
  config.file = folder.file("missing/policy.json");
  config.push = {{.name = "bot", .url = trader.url(), .http = {}}};
  Outputs outputs(config, kClock);
  CHECK_FALSE(outputs.publish(numbered(1)));
  REQUIRE(told(trader, numbered(1)));
  std::filesystem::create_directory(folder.file("missing"));
  CHECK(outputs.publish(numbered(1)));
  CHECK(folder.read("missing/policy.json") == healer::policy_document(numbered(1)));
  CHECK(outputs.publish(numbered(2)));
  REQUIRE(told(trader, numbered(2)));
  CHECK(trader.requests().size() == 2);
}

TEST_CASE("a copy beside the journal has what was published, with or without a file") {
  const tests::TemporaryFolder folder;
  Outputs outputs({}, kClock, folder.file("copy"));
  REQUIRE(outputs.publish(numbered(1)));
  const std::string text = folder.read("copy");
  CHECK(text.starts_with(R"({"policy":"no_new_trades")"));
}

TEST_CASE("a file that can be neither written nor removed is behind, one that is gone is not") {
  const tests::TemporaryFolder folder;
  PolicyConfig config;
  config.file = folder.write("policy.json", "{}");
  Outputs outputs(config, kClock);
  {
    const tests::Immutable fixed(config.file);
    if (!fixed.set()) return;
    CHECK_FALSE(outputs.publish(numbered(1)));
    CHECK(outputs.behind() == std::vector<std::string>{"file"});
    CHECK(outputs.statuses().at("file").behind);
  }
  CHECK(outputs.publish(numbered(2)));
  CHECK(outputs.behind().empty());
  std::filesystem::remove_all(config.file);
  std::filesystem::create_directory(config.file);
  CHECK_FALSE(outputs.publish(numbered(3)));
  CHECK(outputs.behind().empty());
}

TEST_CASE("a new configuration gets the newest document at once") {
  tests::ScriptedServer trader({kPost});
  Outputs outputs({}, kClock);
  REQUIRE(outputs.publish(numbered(1)));
  CHECK(outputs.statuses().empty());
  PolicyConfig config;
  config.push = {{.name = "bot", .url = trader.url(), .http = {}}};
  outputs.reconfigure(config);
  CHECK(told(trader, numbered(1)));
  CHECK(outputs.statuses().contains("push/bot"));
}
