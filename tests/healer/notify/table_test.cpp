#include <cstdlib>

#include "base/crypto/hmac.h"
#include "healer/notify/notifier.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/scripted_server.h"

using healer::NotifierConfig;
using healer::notify::Delivery;
using namespace std::chrono_literals;

namespace {

const tests::ScriptedServer::Route kHook{"POST", "/hook"};
const healer::Notice kNotice{.kind = healer::Notice::Kind::kHealed,
                             .incident = "INC-1",
                             .subsystem = "",
                             .title = "t",
                             .detail = "",
                             .at = {}};

Delivery deliver(const NotifierConfig& config) {
  const base::SystemClock clock;
  static const base::SystemClock kClock;
  return healer::notify::make(config, {.stack = "Quantum Trader"}, kClock)
      ->deliver(kNotice, base::Deadline::after(clock, 5s));
}

}  // namespace

TEST_CASE("the kind says what document the webhook gets") {
  const auto [kind, field] = GENERATE(table<std::string, std::string>(
      {{"discord", "{\"allowed_mentions\""}, {"slack", "{\"text\""}, {"webhook", "{\"action\""}}));
  tests::ScriptedServer server({kHook});
  const tests::TemporaryFolder folder;
  const std::string file = folder.write("url", server.url() + "/hook\n");
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  CHECK(deliver({.name = "ops", .kind = kind, .url_file = file, .url_env = ""}).status ==
        Delivery::Status::kDelivered);
  CHECK_THAT(server.requests().at(0).body, Catch::StartsWith(field));
}

TEST_CASE("a URL in the environment is read at every attempt") {
  tests::ScriptedServer server({kHook});
  const NotifierConfig config{
      .name = "ops", .kind = "slack", .url_file = "", .url_env = "SALUS_TEST_WEBHOOK"};
  ::unsetenv("SALUS_TEST_WEBHOOK");
  const Delivery without = deliver(config);
  CHECK(without.status == Delivery::Status::kRefused);
  CHECK(without.error == "environment variable SALUS_TEST_WEBHOOK is not set");
  ::setenv("SALUS_TEST_WEBHOOK", (server.url() + "/hook").c_str(), 1);
  CHECK(deliver(config).status == Delivery::Status::kDelivered);
  ::unsetenv("SALUS_TEST_WEBHOOK");
}

TEST_CASE("without a kind the URL's host decides it, or nothing is sent") {
  tests::ScriptedServer server({kHook});
  ::setenv("SALUS_TEST_WEBHOOK", (server.url() + "/hook").c_str(), 1);
  const Delivery delivery =
      deliver({.name = "ops", .kind = "", .url_file = "", .url_env = "SALUS_TEST_WEBHOOK"});
  ::unsetenv("SALUS_TEST_WEBHOOK");
  CHECK(delivery.status == Delivery::Status::kRefused);
  CHECK_THAT(delivery.error, Catch::Contains("cannot derive the webhook kind from host"));
  CHECK(server.requests().empty());
}

TEST_CASE("a secret file that others can read is not used") {
  const tests::TemporaryFolder folder;
  const std::string file = folder.write("url", "https://discord.com/api/webhooks/1/s3cr3t\n");
  std::filesystem::permissions(file, std::filesystem::perms::all);
  const Delivery delivery = deliver({.name = "ops", .kind = "discord", .url_file = file, .url_env = ""});
  CHECK(delivery.status == Delivery::Status::kRefused);
  CHECK_THAT(delivery.error, !Catch::Contains("s3cr3t"));
}

TEST_CASE("a URL that only looks like a service's is not taken for it") {
  const tests::TemporaryFolder folder;
  const auto url = GENERATE(as<std::string>(), "http://notdiscord.com:1/x",
                            "http://discord.com.example.org:1/x", "http://hooks.slack.com.evil:1/x");
  const std::string file = folder.write("url", url);
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  const Delivery delivery = deliver({.name = "ops", .kind = "", .url_file = file, .url_env = ""});
  CHECK(delivery.status == Delivery::Status::kRefused);
  CHECK_THAT(delivery.error, Catch::Contains("cannot derive the webhook kind"));
}

TEST_CASE("a webhook is signed, and shows who calls") {
  tests::ScriptedServer server({kHook});
  const tests::TemporaryFolder folder;
  const auto secret = [&](const std::string& name, const std::string& text) {
    std::string file = folder.write(name, text);
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    return file;
  };
  NotifierConfig config{
      .name = "own", .kind = "webhook", .url_file = secret("url", server.url() + "/hook"), .url_env = ""};
  config.hmac_file = secret("hmac", "k3y");
  config.credentials_file = secret("token", "t0ken");
  CHECK(deliver(config).status == Delivery::Status::kDelivered);
  const auto request = server.requests().at(0);
  CHECK(request.header("X-Salus-Signature") == "sha256=" + base::hmac_sha256("k3y", request.body));
  CHECK(request.header("Authorization") == "Bearer t0ken");
}

TEST_CASE("without its key a webhook sends nothing unsigned") {
  tests::ScriptedServer server({kHook});
  const tests::TemporaryFolder folder;
  const std::string file = folder.write("url", server.url() + "/hook");
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  NotifierConfig config{.name = "own", .kind = "webhook", .url_file = file, .url_env = ""};
  config.hmac_file = folder.file("none");
  CHECK(deliver(config).status == Delivery::Status::kRefused);
  CHECK(server.requests().empty());
}
